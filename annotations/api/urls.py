from django.urls import path

from annotations.api.assignments import (
    AssignmentAnnotation,
    AssignmentCollection,
    AssignmentDetail,
    AssignmentHeartbeat,
    AssignmentSkip,
)
from annotations.api.batches import BatchCollection
from annotations.api.cautions import (
    CautionCollection,
    CautionEnd,
    CheckRule,
    ObjectionDecision,
    OwnCautionAnswer,
    OwnCautionObjections,
    OwnCautions,
)
from annotations.api.checks import CheckApproval, CheckSettings, TaskGold
from annotations.api.known_answers import KnownAnswers
from annotations.api.needs import Needs
from annotations.api.nouns import NOUNS, name_address
from annotations.api.own_work import LastAnswers, OwnWork
from annotations.api.projects import ProjectCollection, ProjectDetail
from annotations.api.qualification import Qualification, RaterWaiveTest
from annotations.api.rater_cards import RaterCards
from annotations.api.remarks import (
    AssignmentRemarks,
    MessageCollection,
    RemarkCollection,
    RemarkDetail,
    RemarkReply,
)
from annotations.api.reviewing import (
    AnnotationReturn,
    ReviewCollection,
    ReviewDetail,
    TaskAnswers,
    TaskDecision,
    TaskDiscussion,
)
from annotations.api.rubrics import RubricVersions
from annotations.api.skills import OwnLanguages, RaterSkills, Skills
from annotations.api.steering import (
    ItemWithdraw,
    PriorityCollection,
    ProjectArchive,
    ProjectRestore,
    RaterDeactivate,
    RaterReactivate,
)
from annotations.api.twin_results import TwinResults
from annotations.api.twins import TwinCollection, TwinDecision
from annotations.api.waves import WaveClose, WaveCollection, WaveDetail

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
    path("projects/<slug:slug>/archive/", ProjectArchive.as_view(), name="api-project-archive"),
    path("projects/<slug:slug>/restore/", ProjectRestore.as_view(), name="api-project-restore"),
    path("projects/<slug:slug>/waves/", WaveCollection.as_view(), name="api-waves"),
    path("projects/<slug:slug>/waves/<uuid:public_id>/", WaveDetail.as_view(), name="api-wave"),
    path("projects/<slug:slug>/waves/<uuid:public_id>/close/", WaveClose.as_view(), name="api-wave-close"),
    path("projects/<slug:slug>/reviews/", ReviewCollection.as_view(), name="api-reviews"),
    path("projects/<slug:slug>/reviews/<uuid:public_id>/", ReviewDetail.as_view(), name="api-review"),
    path(
        "projects/<slug:slug>/tasks/<uuid:public_id>/answers/", TaskAnswers.as_view(), name="api-task-answers"
    ),
    path(
        "projects/<slug:slug>/tasks/<uuid:public_id>/decision/",
        TaskDecision.as_view(),
        name="api-task-decision",
    ),
    path(
        "projects/<slug:slug>/tasks/<uuid:public_id>/discussion/",
        TaskDiscussion.as_view(),
        name="api-task-discussion",
    ),
    path(
        "projects/<slug:slug>/annotations/<uuid:public_id>/return/",
        AnnotationReturn.as_view(),
        name="api-annotation-return",
    ),
    path("projects/<slug:slug>/tasks/<uuid:public_id>/gold/", TaskGold.as_view(), name="api-task-gold"),
    path("languages/", OwnLanguages.as_view(), name="api-own-languages"),
    path("projects/<slug:slug>/needs/", Needs.as_view(), name="api-needs"),
    path("projects/<slug:slug>/skills/", Skills.as_view(), name="api-skills"),
    path(
        "projects/<slug:slug>/raters/<uuid:public_id>/skills/",
        RaterSkills.as_view(),
        name="api-rater-skills",
    ),
    path("projects/<slug:slug>/checks/", CheckSettings.as_view(), name="api-checks"),
    path("projects/<slug:slug>/gold/", KnownAnswers.as_view(), name="api-known-answers"),
    path("projects/<slug:slug>/work/", OwnWork.as_view(), name="api-own-work"),
    path("projects/<slug:slug>/last-answers/", LastAnswers.as_view(), name="api-last-answers"),
    path("projects/<slug:slug>/rater-cards/", RaterCards.as_view(), name="api-rater-cards"),
    path("projects/<slug:slug>/twins/", TwinCollection.as_view(), name="api-twins"),
    path("projects/<slug:slug>/twins/results/", TwinResults.as_view(), name="api-twin-results"),
    path("projects/<slug:slug>/twins/<uuid:public_id>/", TwinDecision.as_view(), name="api-twin"),
    path("projects/<slug:slug>/qualification/", Qualification.as_view(), name="api-qualification"),
    path(
        "projects/<slug:slug>/raters/<uuid:public_id>/waive-test/",
        RaterWaiveTest.as_view(),
        name="api-rater-waive-test",
    ),
    path("projects/<slug:slug>/checks/approve/", CheckApproval.as_view(), name="api-checks-approve"),
    path("projects/<slug:slug>/checks/rule/", CheckRule.as_view(), name="api-checks-rule"),
    path("projects/<slug:slug>/cautions/", CautionCollection.as_view(), name="api-cautions"),
    path("projects/<slug:slug>/cautions/<uuid:public_id>/end/", CautionEnd.as_view(), name="api-caution-end"),
    path(
        "projects/<slug:slug>/objections/<uuid:public_id>/", ObjectionDecision.as_view(), name="api-objection"
    ),
    path("projects/<slug:slug>/messages/cautions/", OwnCautions.as_view(), name="api-own-cautions"),
    path(
        "projects/<slug:slug>/messages/cautions/<uuid:public_id>/answer/",
        OwnCautionAnswer.as_view(),
        name="api-own-caution-answer",
    ),
    path(
        "projects/<slug:slug>/messages/cautions/<uuid:public_id>/objections/",
        OwnCautionObjections.as_view(),
        name="api-own-caution-objections",
    ),
    path("projects/<slug:slug>/remarks/", RemarkCollection.as_view(), name="api-remarks"),
    path("projects/<slug:slug>/remarks/<uuid:public_id>/", RemarkDetail.as_view(), name="api-remark"),
    path(
        "projects/<slug:slug>/remarks/<uuid:public_id>/reply/", RemarkReply.as_view(), name="api-remark-reply"
    ),
    path("projects/<slug:slug>/messages/", MessageCollection.as_view(), name="api-messages"),
    path("assignments/<uuid:public_id>/remarks/", AssignmentRemarks.as_view(), name="api-assignment-remarks"),
    path("assignments/<uuid:public_id>/", AssignmentDetail.as_view(), name="api-assignment"),
    path("assignments/<uuid:public_id>/heartbeat/", AssignmentHeartbeat.as_view(), name="api-heartbeat"),
    path("assignments/<uuid:public_id>/annotation/", AssignmentAnnotation.as_view(), name="api-annotation"),
    path("assignments/<uuid:public_id>/skip/", AssignmentSkip.as_view(), name="api-skip"),
    path(
        "projects/<slug:slug>/rubrics/<uuid:public_id>/versions/",
        RubricVersions.as_view(),
        name="api-rubric-versions",
    ),
    *(
        path(f"projects/<slug:slug>/{noun}/{rest}", view.as_view(), name=name_address(view))
        for noun, views in NOUNS.items()
        for rest, view in zip(("", "<uuid:public_id>/"), views, strict=True)
    ),
]
