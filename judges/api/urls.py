from django.urls import path

from judges.api import views
from judges.api.budget import ProjectBudgetDetail

PROJECT = "projects/<slug:slug>"
RUN = f"{PROJECT}/runs/<uuid:public_id>"

urlpatterns = [
    path(f"{PROJECT}/judges/", views.JudgeCollection.as_view(), name="api-judges"),
    path(f"{PROJECT}/judges/<uuid:public_id>/", views.JudgeDetail.as_view(), name="api-judge"),
    path(f"{PROJECT}/attempts/", views.AttemptCollection.as_view(), name="api-attempts"),
    path(f"{PROJECT}/attempts/<uuid:public_id>/", views.AttemptDetail.as_view(), name="api-attempt"),
    path(f"{PROJECT}/runs/", views.RunCollection.as_view(), name="api-runs"),
    path(f"{RUN}/", views.RunDetail.as_view(), name="api-run"),
    path(f"{RUN}/pause/", views.RunPause.as_view(), name="api-run-pause"),
    path(f"{RUN}/resume/", views.RunResume.as_view(), name="api-run-resume"),
    path(f"{RUN}/cancel/", views.RunCancel.as_view(), name="api-run-cancel"),
    path(f"{PROJECT}/budget/", ProjectBudgetDetail.as_view(), name="api-project-budget"),
]
