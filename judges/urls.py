from django.urls import path

from judges.views.attempts import download_reply, show_attempt, show_attempts, show_request
from judges.views.cascades import (
    cancel_cascade,
    pause_cascade,
    resume_cascade,
    set_budget,
    show_cascade,
    show_cascades,
)
from judges.views.cases import show_cases
from judges.views.judges import show_judge, show_judges, show_preview, try_judge
from judges.views.new_cascade import start_cascade_page
from judges.views.new_connection import add_connection
from judges.views.new_judge import add_judge
from judges.views.new_prompt import write_prompt
from judges.views.new_run import start_run
from judges.views.panels import add_panel, show_panels
from judges.views.prices import drop_price, drop_price_for_all, show_prices, show_prices_for_all
from judges.views.prompt_choices import show_choice, show_choices, start_prompt_choice
from judges.views.prompts import (
    show_library_prompt,
    show_prompt,
    show_prompt_diff,
    show_prompt_preview,
    show_prompts,
)
from judges.views.runs import cancel, pause, resume, show_run, show_runs
from judges.views.spend import show_spend

JUDGE = "p/<slug:slug>/judges/<uuid:public_id>"
CASCADE = "p/<slug:slug>/cascades/<uuid:public_id>"
PROMPT = "p/<slug:slug>/judges/prompts/<uuid:public_id>"
RUN = "p/<slug:slug>/runs/<uuid:public_id>"
CALL = "p/<slug:slug>/calls/<uuid:public_id>"

urlpatterns = [
    path("p/<slug:slug>/judges/", show_judges, name="judges"),
    path("p/<slug:slug>/judges/new/", add_judge, name="judge-new"),
    path("p/<slug:slug>/judges/choices/", show_choices, name="choices"),
    path("p/<slug:slug>/judges/choices/new/", start_prompt_choice, name="choice-new"),
    path("p/<slug:slug>/judges/choices/<uuid:public_id>/", show_choice, name="choice"),
    path("p/<slug:slug>/judges/prompts/", show_prompts, name="prompts"),
    path("p/<slug:slug>/judges/prompts/new/", write_prompt, name="prompt-new"),
    path("p/<slug:slug>/judges/prompts/library/<slug:name>/", show_library_prompt, name="prompt-library"),
    path(f"{PROMPT}/", show_prompt, name="prompt"),
    path(f"{PROMPT}/diff/", show_prompt_diff, name="prompt-diff"),
    path(f"{PROMPT}/preview/", show_prompt_preview, name="prompt-preview"),
    path("p/<slug:slug>/judges/spend/", show_spend, name="spend"),
    path("p/<slug:slug>/judges/prices/", show_prices, name="prices"),
    path("p/<slug:slug>/judges/prices/<uuid:public_id>/remove/", drop_price, name="price-remove"),
    path("p/<slug:slug>/judges/panels/", show_panels, name="panels"),
    path("p/<slug:slug>/judges/panels/new/", add_panel, name="panel-new"),
    path("p/<slug:slug>/judges/connection/", add_connection, name="judge-connection"),
    path(f"{JUDGE}/", show_judge, name="judge"),
    path(f"{JUDGE}/preview/", show_preview, name="judge-preview"),
    path(f"{JUDGE}/try/", try_judge, name="judge-try"),
    path("p/<slug:slug>/cascades/", show_cascades, name="cascades"),
    path("p/<slug:slug>/cascades/new/", start_cascade_page, name="cascade-new"),
    path(f"{CASCADE}/", show_cascade, name="cascade"),
    path(f"{CASCADE}/pause/", pause_cascade, name="cascade-pause"),
    path(f"{CASCADE}/resume/", resume_cascade, name="cascade-resume"),
    path(f"{CASCADE}/cancel/", cancel_cascade, name="cascade-cancel"),
    path(f"{CASCADE}/budget/", set_budget, name="cascade-budget"),
    path("p/<slug:slug>/runs/", show_runs, name="runs"),
    path("p/<slug:slug>/runs/new/", start_run, name="run-new"),
    path(f"{RUN}/", show_run, name="run"),
    path(f"{RUN}/cases/", show_cases, name="run-cases"),
    path(f"{RUN}/pause/", pause, name="run-pause"),
    path(f"{RUN}/resume/", resume, name="run-resume"),
    path(f"{RUN}/cancel/", cancel, name="run-cancel"),
    path("p/<slug:slug>/calls/", show_attempts, name="attempts"),
    path(f"{CALL}/", show_attempt, name="attempt"),
    path(f"{CALL}/request/", show_request, name="attempt-request"),
    path(f"{CALL}/reply.txt", download_reply, name="attempt-reply"),
    path("prices/", show_prices_for_all, name="prices-for-all"),
    path("prices/<uuid:public_id>/remove/", drop_price_for_all, name="price-for-all-remove"),
]
