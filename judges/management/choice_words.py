"""A choice of a prompt in a few lines of text."""

from typing import Any  # figures are JSON

from judges.engine.choosing.starting import ChoiceForecast
from judges.management.forecast_words import describe_forecast
from judges.models import PromptChoice

WHY = {
    "clear": "no other candidate could be as good",
    "cheaper": "not distinguishable from the leader, and the cheapest of those",
    "first": "not distinguishable from the leader, and the first named of those: prices are not known",
}


def describe_choice_forecast(told: ChoiceForecast) -> str:
    """What each candidate would come to."""
    lines = [f"{told.tasks} labelled tasks of the split, criterion {told.criterion}."]
    for prompt, forecast in told.candidates:
        lines += [f"{prompt}:", describe_forecast(forecast)]
    return "\n".join(lines)


def describe_choice(choice: PromptChoice) -> str:
    """The candidates with their agreement, what was chosen and why; where it is not over, how far it is."""
    if choice.figures is None:
        return f"The choice {choice.name} is {choice.get_state_display()}."
    figures = choice.figures
    terms = choice.terms
    split = f"split {terms['share']:g} seed {terms['seed']}"
    lines = [
        f"{len(choice.labels)} tasks with labels by {terms['labels_by']}, criterion {terms['criterion']}, {split}:"
    ]
    lines += [_describe_candidate(each) for each in figures["candidates"]]
    lines.append(f"Chosen: {figures['chosen']} ({WHY[figures['why']]}).")
    if choice.judge is not None:
        lines.append(
            f"Judge {choice.judge.rater.name}, content {choice.judge.content_hash[:12]}, never rates these items. Its"
            " agreement here is too high, for it was chosen by it: let it rate the others."
        )
    return "\n".join(lines)


def _describe_candidate(told: dict[str, Any]) -> str:
    words = f"  {told['prompt']}: agreement {_describe_estimate(told['agreement'])}"
    if told["behind_leader"]:
        words += f", behind the leader by {_describe_estimate(told['behind_leader'])}"
    return words if told["usd_a_task"] is None else f"{words}, {told['usd_a_task']:.6f} USD a task"


def _describe_estimate(told: dict[str, Any]) -> str:
    if told["low"] is None:
        return f"{told['estimate']:.3f} (no interval: {told['undefined']})"
    return f"{told['estimate']:.3f} [{told['low']:.3f}, {told['high']:.3f}]"
