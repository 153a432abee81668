"""Every address of the platform."""

from django.urls import include, path, re_path

from evalplatform.common.health import healthz, readyz
from evalplatform.rest.not_found import NothingHere

handler500 = "evalplatform.rest.failures.answer_failure"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("evalplatform.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("evalplatform.accounts.urls")),
    path("", include("evalplatform.home.urls")),
    path("", include("annotations.urls")),
    path("", include("judges.urls")),
    path("", include("evalplatform.reports.urls")),
    re_path(r"^api/", NothingHere.as_view()),
]
