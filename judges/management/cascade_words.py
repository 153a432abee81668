"""Studies, forecasts and results of cascades in a few lines of text."""

from decimal import Decimal

from judges.engine.cascades import CascadeStudy
from judges.engine.cascades.foreseeing import CascadeForecast
from judges.engine.money.ranges import Range
from judges.models import CascadeRun
from judges.queries.cascades import list_stages, read_saving

WHY = {
    "no_pairable_units": "no calibration item has both a verdict and a label",
    "too_few_items": "fewer than 30 of its calibration items have a label",
    "too_few_agreements": "it differs from people too often, or on too few items to tell",
}


def describe_study(study: CascadeStudy) -> list[str]:
    """Thresholds with their promise, what is expected, and what came of it on other items."""
    plan, terms = study.plan, study.terms
    promise = (
        f"{study.calibration_items} calibration items. With probability {1 - terms.delta:.3g}, no judge differs from"
        f" {terms.labels_by} in more than {terms.bound:.3g} of what it keeps."
    )
    lines = [promise]
    for name, stage, held in zip((terms.cheap, terms.dear), plan.stages, study.held_out, strict=True):
        if stage.threshold is None:
            lines.append(f"  {name} decides nothing alone: {WHY.get(str(stage.undefined), stage.undefined)}.")
            continue
        lines.append(
            f"  {name} decides alone from a confidence of {stage.threshold:.4g} on: {stage.kept:.1%} of all;"
            f" on other items {held.disagreements} of {held.labelled} labelled ones differ ({held.kept} kept)."
        )
    lines.append(f"  people have {plan.left:.1%} of all; on other items {len(study.left_to_people)} tasks.")
    if study.waiting:
        lines.append(f"  {len(study.waiting)} tasks wait for a verdict of {terms.dear}.")
    if plan.people_cost or plan.cost:
        lines.append(f"  cost of a case {plan.cost:.4g}, of people alone {plan.people_cost:.4g}.")
    return lines


def describe_forecast(told: CascadeForecast) -> str:
    """Calls and cost by stage, and what the dear judge alone would come to."""
    lines = [f"{told.calibration} calibration tasks and {told.held_out} others."]
    lines += [
        f"  {stage.stage.label}: {stage.judge}, at most {stage.tasks} tasks, {stage.calls.expected:,} calls"
        f" ({stage.calls.low:,} to {stage.calls.high:,}), {_describe_cost(stage.cost)}"
        for stage in told.stages
    ]
    source = "recorded verdicts say" if told.is_recorded else "nothing tells, so all are counted"
    lines.append(f"  {told.share:.0%} of the others are taken to come to the dear judge: {source}.")
    lines.append(
        f"  together {_describe_cost(told.cost)}; the dear judge on all {_describe_cost(told.dear_alone)}"
    )
    if told.people_alone is not None:
        lines.append(f"  people on all others {told.people_alone:.4f} USD")
    return "\n".join([*lines, "Nothing was started. Calls that fail and are made again come on top."])


def _describe_cost(cost: Range[Decimal] | None) -> str:
    return "price unknown" if cost is None else f"{cost.expected:.4f} USD ({cost.low:.4f} to {cost.high:.4f})"


def describe_work(run: CascadeRun) -> str:
    """How far a cascade came, stage by stage, and what it spared."""
    lines = [f"Cascade {run.cascade.rater.name}: {run.state}, {run.get_stage_display()}."]
    if run.pause_reason:
        lines.append(run.pause_reason)
    for standing in list_stages(run):
        told = standing.progress
        spent = "price unknown" if told.spent is None else f"{told.spent:.4f} USD"
        lines.append(
            f"  {standing.stage.label}: {standing.run.judge.rater.name}, {told.done} of {told.total} verdicts, {spent}"
        )
    return "\n".join(lines + _describe_outcome(run))


def _describe_outcome(run: CascadeRun) -> list[str]:
    saving = read_saving(run.cascade, run)
    if saving is None:
        return []
    held, (cheap, dear), left = run.outcome["held_out"], run.outcome["kept"], run.outcome["left"]
    lines = [f"  of {held} tasks the cheap judge decides {cheap}, the dear one {dear}, people {left}"]
    alone = "" if saving.dear_alone is None else f"; the dear judge on all {saving.dear_alone:.4f} USD"
    lines.append(f"  spent {saving.spent:.4f} USD{alone}")
    if saving.people_alone is not None:
        lines.append(
            f"  with people {saving.with_people:.4f} USD; people on all {saving.people_alone:.4f} USD"
        )
    return lines
