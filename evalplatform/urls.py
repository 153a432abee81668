"""Every address of the platform."""

from django.urls import include, path

from evalplatform.common.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("evalplatform.accounts.urls")),
    path("", include("evalplatform.home.urls")),
    path("", include("annotations.urls")),
    path("", include("judges.urls")),
    path("", include("evalplatform.reports.urls")),
    path("api/v1/", include("evalplatform.api.urls")),
]
