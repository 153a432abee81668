from django.urls import path

from judges.api import cascades, views
from judges.api.budget import ProjectBudgetDetail
from judges.api.money import PriceDetail, PriceTable, ProjectPrice, ProjectPriceTable, RunForecast, SpendView
from judges.api.panels import PanelCollection, PanelDetail
from judges.api.prompt_choices import PromptChoiceCollection, PromptChoiceDetail, PromptChoiceForecast
from judges.api.prompts import PromptCollection, PromptDetail, PromptDiff, PromptPreview

PROJECT = "projects/<slug:slug>"
RUN = f"{PROJECT}/runs/<uuid:public_id>"
CASCADE = f"{PROJECT}/cascades/<uuid:public_id>"
PROMPT = f"{PROJECT}/prompts/<uuid:public_id>"

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
    path(f"{PROJECT}/prompts/", PromptCollection.as_view(), name="api-prompts"),
    path(f"{PROMPT}/", PromptDetail.as_view(), name="api-prompt"),
    path(f"{PROMPT}/preview/", PromptPreview.as_view(), name="api-prompt-preview"),
    path(f"{PROMPT}/diff/", PromptDiff.as_view(), name="api-prompt-diff"),
    path(f"{PROJECT}/prompt-choices/", PromptChoiceCollection.as_view(), name="api-prompt-choices"),
    path(
        f"{PROJECT}/prompt-choices/forecast/",
        PromptChoiceForecast.as_view(),
        name="api-prompt-choice-forecast",
    ),
    path(
        f"{PROJECT}/prompt-choices/<uuid:public_id>/", PromptChoiceDetail.as_view(), name="api-prompt-choice"
    ),
    path(f"{PROJECT}/panels/", PanelCollection.as_view(), name="api-panels"),
    path(f"{PROJECT}/panels/<uuid:public_id>/", PanelDetail.as_view(), name="api-panel"),
    path(f"{PROJECT}/cascades/", cascades.CascadeCollection.as_view(), name="api-cascades"),
    path(f"{PROJECT}/cascades/study/", cascades.CascadeStudyView.as_view(), name="api-cascade-study"),
    path(f"{PROJECT}/cascades/forecast/", cascades.CascadeForecast.as_view(), name="api-cascade-forecast"),
    path(f"{PROJECT}/cascades/start/", cascades.CascadeStart.as_view(), name="api-cascade-start"),
    path(f"{CASCADE}/", cascades.CascadeDetail.as_view(), name="api-cascade"),
    path(f"{CASCADE}/left/", cascades.CascadeLeft.as_view(), name="api-cascade-left"),
    path(f"{CASCADE}/pause/", cascades.CascadePause.as_view(), name="api-cascade-pause"),
    path(f"{CASCADE}/resume/", cascades.CascadeResume.as_view(), name="api-cascade-resume"),
    path(f"{CASCADE}/cancel/", cascades.CascadeCancel.as_view(), name="api-cascade-cancel"),
    path(f"{CASCADE}/budget/", cascades.CascadeBudget.as_view(), name="api-cascade-budget"),
    path(f"{PROJECT}/budget/", ProjectBudgetDetail.as_view(), name="api-project-budget"),
    path(f"{PROJECT}/runs/forecast/", RunForecast.as_view(), name="api-run-forecast"),
    path(f"{PROJECT}/spend/", SpendView.as_view(), name="api-spend"),
    path(f"{PROJECT}/prices/", ProjectPriceTable.as_view(), name="api-project-prices"),
    path(f"{PROJECT}/prices/<uuid:public_id>/", ProjectPrice.as_view(), name="api-project-price"),
    path("prices/", PriceTable.as_view(), name="api-prices"),
    path("prices/<uuid:public_id>/", PriceDetail.as_view(), name="api-price"),
]
