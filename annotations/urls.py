from django.urls import path

from annotations.views.cautions import (
    caution,
    change_rule,
    contest,
    settle_caution,
    settle_objection,
    show_cautions,
)
from annotations.views.checks import approve_checks, end_gold, set_gold, show_checks
from annotations.views.join import join
from annotations.views.known_answers import show_known_answers
from annotations.views.last_answers import change_answer, last_answers
from annotations.views.messages import answer_message, message, messages_page, remark
from annotations.views.needs import show_needs
from annotations.views.new_project import set_up_project
from annotations.views.pace import export_pace, show_pace
from annotations.views.people import issue_password, keep_skills, remove, revoke, set_role, show_people
from annotations.views.profile import show_profile
from annotations.views.qualification import let_begin, show_qualification
from annotations.views.rater_cards import show_rater_cards
from annotations.views.rating import (
    fetch_ahead,
    keep_lease,
    leave_page,
    rate,
    revise_answer,
    skip_task,
    submit_answer,
    undo_answer,
)
from annotations.views.reviewing import (
    decide_case,
    discuss_case,
    remarks_page,
    reply,
    return_answer,
    review_case,
    review_queue,
)
from annotations.views.rubrics import change_rubric, show_rubrics
from annotations.views.steering import restore, steer_project
from annotations.views.twins import decide_twin, show_twins
from annotations.views.uploads import show_upload, start_upload
from annotations.views.waves import end_wave, show_waves

MEMBER = "p/<slug:slug>/people/<uuid:public_id>"

urlpatterns = [
    path("profile/", show_profile, name="profile"),
    path("join/<str:secret>/", join, name="join"),
    path("p/<slug:slug>/people/", show_people, name="people"),
    path("p/<slug:slug>/people/invitations/<uuid:public_id>/revoke/", revoke, name="invitation-revoke"),
    path(f"{MEMBER}/role/", set_role, name="member-role"),
    path(f"{MEMBER}/skills/", keep_skills, name="member-skills"),
    path(f"{MEMBER}/remove/", remove, name="member-remove"),
    path(f"{MEMBER}/password/", issue_password, name="member-password"),
    path("projects/new/", set_up_project, name="project-new"),
    path("p/<slug:slug>/settings/", steer_project, name="project-settings"),
    path("p/<slug:slug>/needs/", show_needs, name="needs"),
    path("p/<slug:slug>/upload/", start_upload, name="upload-new"),
    path("p/<slug:slug>/upload/<uuid:public_id>/", show_upload, name="upload"),
    path("p/<slug:slug>/waves/", show_waves, name="waves"),
    path("p/<slug:slug>/waves/<uuid:public_id>/close/", end_wave, name="wave-close"),
    path("p/<slug:slug>/checks/", show_checks, name="checks"),
    path("p/<slug:slug>/review/<uuid:public_id>/gold/", set_gold, name="gold-set"),
    path("p/<slug:slug>/review/<uuid:public_id>/gold/end/", end_gold, name="gold-end"),
    path("p/<slug:slug>/rate/", rate, name="rate"),
    path("p/<slug:slug>/rate/undo/", undo_answer, name="rate-undo"),
    path("p/<slug:slug>/rate/last/", last_answers, name="rate-last"),
    path("p/<slug:slug>/rate/last/<uuid:public_id>/", change_answer, name="rate-again"),
    path("p/<slug:slug>/rate/<uuid:public_id>/answer/", submit_answer, name="rate-answer"),
    path("p/<slug:slug>/rate/<uuid:public_id>/revise/", revise_answer, name="rate-revise"),
    path("p/<slug:slug>/rate/<uuid:public_id>/skip/", skip_task, name="rate-skip"),
    path("p/<slug:slug>/rate/<uuid:public_id>/keep/", keep_lease, name="rate-keep"),
    path("p/<slug:slug>/rate/<uuid:public_id>/ahead/", fetch_ahead, name="rate-ahead"),
    path("p/<slug:slug>/rate/<uuid:public_id>/leave/", leave_page, name="rate-leave"),
    path("p/<slug:slug>/rate/<uuid:public_id>/remark/", remark, name="rate-remark"),
    path("p/<slug:slug>/pace/", show_pace, name="pace"),
    path("p/<slug:slug>/pace/my-work.csv", export_pace, name="pace-csv"),
    path("p/<slug:slug>/messages/", messages_page, name="messages"),
    path("p/<slug:slug>/messages/<uuid:public_id>/", message, name="message"),
    path("p/<slug:slug>/messages/<uuid:public_id>/answer/", answer_message, name="message-answer"),
    path("p/<slug:slug>/review/", review_queue, name="review"),
    path("p/<slug:slug>/review/<uuid:public_id>/", review_case, name="review-case"),
    path("p/<slug:slug>/review/<uuid:public_id>/decide/", decide_case, name="review-decide"),
    path("p/<slug:slug>/review/<uuid:public_id>/discuss/", discuss_case, name="review-discuss"),
    path("p/<slug:slug>/answers/<uuid:public_id>/return/", return_answer, name="answer-return"),
    path("p/<slug:slug>/raters/", show_rater_cards, name="rater-cards"),
    path("p/<slug:slug>/remarks/", remarks_page, name="remarks"),
    path("p/<slug:slug>/remarks/<uuid:public_id>/reply/", reply, name="remark-reply"),
    path("p/<slug:slug>/rubrics/", show_rubrics, name="rubrics"),
    path("p/<slug:slug>/rubrics/<uuid:public_id>/", change_rubric, name="rubric-version"),
    path("p/<slug:slug>/checks/approve/", approve_checks, name="checks-approve"),
    path("p/<slug:slug>/checks/rule/", change_rule, name="checks-rule"),
    path("p/<slug:slug>/checks/cautions/", show_cautions, name="cautions"),
    path("p/<slug:slug>/checks/cautions/<uuid:public_id>/end/", settle_caution, name="caution-end"),
    path("p/<slug:slug>/checks/objections/<uuid:public_id>/", settle_objection, name="objection"),
    path("p/<slug:slug>/cautions/<uuid:public_id>/", caution, name="caution"),
    path("p/<slug:slug>/cautions/<uuid:public_id>/contest/", contest, name="caution-contest"),
    path("p/<slug:slug>/qualification/", show_qualification, name="qualification"),
    path("p/<slug:slug>/qualification/<uuid:public_id>/begin/", let_begin, name="test-waive"),
    path("p/<slug:slug>/restore/", restore, name="project-restore"),
    path("p/<slug:slug>/checks/copies/", show_twins, name="twins"),
    path("p/<slug:slug>/checks/copies/<uuid:public_id>/", decide_twin, name="twin-decide"),
    path("p/<slug:slug>/checks/known/", show_known_answers, name="known-answers"),
]
