from django.urls import path

from annotations.api.assignments import (
    AssignmentAnnotation,
    AssignmentCollection,
    AssignmentDetail,
    AssignmentHeartbeat,
    AssignmentSkip,
)
from annotations.api.batches import BatchCollection
from annotations.api.nouns import NOUNS, name_address
from annotations.api.projects import ProjectCollection, ProjectDetail
from annotations.api.steering import ItemWithdraw, PriorityCollection, RaterDeactivate, RaterReactivate

urlpatterns = [
    path("projects/", ProjectCollection.as_view(), name="api-projects"),
    path("projects/<slug:slug>/", ProjectDetail.as_view(), name="api-project"),
    path("projects/<slug:slug>/assignments/", AssignmentCollection.as_view(), name="api-assignments"),
    path("projects/<slug:slug>/batches/", BatchCollection.as_view(), name="api-batches"),
    path("projects/<slug:slug>/priorities/", PriorityCollection.as_view(), name="api-priorities"),
    path(
        "projects/<slug:slug>/items/<uuid:public_id>/withdraw/",
        ItemWithdraw.as_view(),
        name="api-item-withdraw",
    ),
    path(
        "projects/<slug:slug>/raters/<uuid:public_id>/deactivate/",
        RaterDeactivate.as_view(),
        name="api-rater-deactivate",
    ),
    path(
        "projects/<slug:slug>/raters/<uuid:public_id>/reactivate/",
        RaterReactivate.as_view(),
        name="api-rater-reactivate",
    ),
    path("assignments/<uuid:public_id>/", AssignmentDetail.as_view(), name="api-assignment"),
    path("assignments/<uuid:public_id>/heartbeat/", AssignmentHeartbeat.as_view(), name="api-heartbeat"),
    path("assignments/<uuid:public_id>/annotation/", AssignmentAnnotation.as_view(), name="api-annotation"),
    path("assignments/<uuid:public_id>/skip/", AssignmentSkip.as_view(), name="api-skip"),
    *(
        path(f"projects/<slug:slug>/{noun}/{rest}", view.as_view(), name=name_address(view))
        for noun, views in NOUNS.items()
        for rest, view in zip(("", "<uuid:public_id>/"), views, strict=True)
    ),
]
