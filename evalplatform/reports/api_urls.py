from django.urls import path

from evalplatform.reports.api import ResultsView

urlpatterns = [path("projects/<slug:slug>/results/", ResultsView.as_view(), name="api-results")]
