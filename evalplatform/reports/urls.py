from django.urls import path

from evalplatform.reports.views.costs import show_costs
from evalplatform.reports.views.judge_costs import costs_page, costs_picture
from evalplatform.reports.views.panel import panel_page
from evalplatform.reports.views.plan import show_plan
from evalplatform.reports.views.report import picture_file, report_page, results_file

urlpatterns = [
    path("p/<slug:slug>/report/", report_page, name="report"),
    path("p/<slug:slug>/report/results.json", results_file, name="report-results"),
    path("p/<slug:slug>/report/pictures/<slug:name>.<str:kind>", picture_file, name="report-picture"),
    path("p/<slug:slug>/judges/costs/", costs_page, name="judge-costs"),
    path("p/<slug:slug>/judges/costs.<str:kind>", costs_picture, name="judge-costs-picture"),
    path("p/<slug:slug>/judges/panels/<uuid:public_id>/", panel_page, name="panel"),
    path("p/<slug:slug>/plan/", show_plan, name="plan"),
    path("p/<slug:slug>/costs/", show_costs, name="costs"),
]
