from django.urls import path

from evalplatform.reports.api.batches import BatchDetail
from evalplatform.reports.api.costs import CostsView
from evalplatform.reports.api.plan import PlanDetail
from evalplatform.reports.api.results import ResultsView
from evalplatform.reports.export.api import ExportView

urlpatterns = [
    path("projects/<slug:slug>/results/", ResultsView.as_view(), name="api-results"),
    path("projects/<slug:slug>/export/", ExportView.as_view(), name="api-export"),
    path("projects/<slug:slug>/batches/<uuid:public_id>/", BatchDetail.as_view(), name="api-batch"),
    path("projects/<slug:slug>/plan/", PlanDetail.as_view(), name="api-plan"),
    path("projects/<slug:slug>/costs/", CostsView.as_view(), name="api-costs"),
]
