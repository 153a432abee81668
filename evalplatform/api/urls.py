"""/api/v1: what each room serves, composed, and its description."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import evalplatform.api.schema  # noqa: F401  (tells the description of our tokens)
from evalplatform.rest.tokens import TokenCollection, TokenDetail

urlpatterns = [
    path("", include("annotations.api.urls")),
    path("", include("judges.api.urls")),
    path("", include("evalplatform.reports.api.urls")),
    path("tokens/", TokenCollection.as_view(), name="api-tokens"),
    path("tokens/<uuid:public_id>/", TokenDetail.as_view(), name="api-token"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
