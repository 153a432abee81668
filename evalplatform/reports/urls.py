from django.urls import path

from evalplatform.reports.views import picture_file, report_page, results_file

urlpatterns = [
    path("p/<slug:slug>/report/", report_page, name="report"),
    path("p/<slug:slug>/report/results.json", results_file, name="report-results"),
    path("p/<slug:slug>/report/pictures/<slug:name>.<str:kind>", picture_file, name="report-picture"),
]
