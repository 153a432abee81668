"""Applications, middleware, templates: what is the same in every place."""

import os

from evalplatform.settings.env import REPOSITORY, data_folder, read_text

# A report multiplies many small matrices: threads would wait for each other at twice the processor time.
os.environ["OPENBLAS_NUM_THREADS"] = read_text("OPENBLAS_NUM_THREADS", "1")

EVALPLATFORM_DATA = data_folder()
EVALPLATFORM_DEMO_LOCAL = read_text("EVALPLATFORM_DEMO_LOCAL", "1") != "0"
EVALPLATFORM_STUDIES = (REPOSITORY / (read_text("EVALPLATFORM_STUDIES") or "../shared/data")).resolve()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "axes",
    "django_htmx",
    "evalplatform",
    "evalplatform.accounts",
    "evalplatform.home",
    "evalplatform.reports",
    "annotations",
    "judges",
]

MIDDLEWARE = [
    "evalplatform.common.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "evalplatform.rest.middleware.NoStoreMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "evalplatform.accounts.middleware.UserPreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "evalplatform.common.pages.PlatformErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [REPOSITORY / "evalplatform" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

ROOT_URLCONF = "evalplatform.urls"
WSGI_APPLICATION = "evalplatform.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

STATIC_URL = "static/"
STATIC_ROOT = EVALPLATFORM_DATA / "static"
STATICFILES_DIRS = [REPOSITORY / "evalplatform" / "static"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "evalplatform.rest.authentication.BearerTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "evalplatform.rest.scopes.HasScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["evalplatform.rest.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "evalplatform.api.schema.DeclaredSchema",
    "DEFAULT_PAGINATION_CLASS": "evalplatform.rest.paging.NewestFirst",
    "EXCEPTION_HANDLER": "evalplatform.rest.problems.answer_exception",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "evalplatform",
    "DESCRIPTION": "People, LLM judges and metrics rate the same outputs under the same rubric.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AssignmentState": "annotations.models.AssignmentState",
        "AttemptState": "judges.models.AttemptState",
        "CautionEffect": "annotations.models.CautionEffect",
        "CautionState": "annotations.models.CautionState",
        "ForecastBasis": "judges.engine.planning.foresight.Basis",
        "ObjectionState": "annotations.models.ObjectionState",
        "PromptChoiceState": "judges.models.ChoiceState",
        "RaterKind": "annotations.models.RaterKind",
        "RemarkKind": "annotations.models.RemarkKind",
        "RuleEffect": "annotations.models.RuleEffect",
        "RunState": "judges.models.RunState",
        "TaskKind": "annotations.models.TaskKind",
        "TaskState": "annotations.models.TaskState",
        "TrialState": "annotations.models.TrialState",
        "TwinKind": "annotations.models.TwinKind",
        "TwinState": "annotations.models.TwinState",
    },
}
