from django.urls import path

from judges.views.runs import cancel, pause, resume, show_runs

urlpatterns = [
    path("p/<slug:slug>/runs/", show_runs, name="runs"),
    path("p/<slug:slug>/runs/<uuid:public_id>/pause/", pause, name="run-pause"),
    path("p/<slug:slug>/runs/<uuid:public_id>/resume/", resume, name="run-resume"),
    path("p/<slug:slug>/runs/<uuid:public_id>/cancel/", cancel, name="run-cancel"),
]
