from django.urls import path

from evalplatform.reports.api import ResultsView
from evalplatform.reports.batch_api import BatchDetail

urlpatterns = [
    path("projects/<slug:slug>/results/", ResultsView.as_view(), name="api-results"),
    path("projects/<slug:slug>/batches/<uuid:public_id>/", BatchDetail.as_view(), name="api-batch"),
]
