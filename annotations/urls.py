from django.urls import path

from annotations.views.rating import keep_lease, rate, revise_answer, skip_task, submit_answer, undo_answer

urlpatterns = [
    path("p/<slug:slug>/rate/", rate, name="rate"),
    path("p/<slug:slug>/rate/undo/", undo_answer, name="rate-undo"),
    path("p/<slug:slug>/rate/<uuid:public_id>/answer/", submit_answer, name="rate-answer"),
    path("p/<slug:slug>/rate/<uuid:public_id>/revise/", revise_answer, name="rate-revise"),
    path("p/<slug:slug>/rate/<uuid:public_id>/skip/", skip_task, name="rate-skip"),
    path("p/<slug:slug>/rate/<uuid:public_id>/keep/", keep_lease, name="rate-keep"),
]
