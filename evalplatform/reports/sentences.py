"""The report in words first: who agrees with whom, and who stands first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from annotations.queries.rater_groups import PEOPLE, SIMULATED, is_of_persons, is_reference, is_simulated
from evalplatform.reports.rows import Row
from evalplatform.reports.wording import explain_undefined, name_raters, name_statistic

MOST_JUDGES = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """A finding in words; `is_simulated` ones are about raters that are no people."""

    text: str
    is_simulated: bool = False


def write_sentences(rows: Sequence[Row]) -> list[Sentence]:
    """What the figures of one criterion say."""
    whole = [row for row in rows if not row.slice and row.rule in (None, "tie")]
    return [*_on_persons(whole), *_on_judges(whole), *_on_systems(whole)]


def write_warnings(rows: Sequence[Row]) -> list[str]:
    """Figures and intervals that cannot be given, with the reason; each once."""
    found: dict[str, None] = {}
    for row in rows:
        if row.undefined and not row.slice:
            against = f" – {name_raters(row.against)}" if row.against else ""
            what = f"{capfirst(name_raters(row.raters))}{against}, {name_statistic(row.statistic, row.level)}"
            what = what if row.estimate is None else _("%(what)s, interval") % {"what": what}
            found[f"{what}: {explain_undefined(row.undefined)}"] = None
    return list(found)


def _on_persons(rows: Sequence[Row]) -> Iterator[Sentence]:
    for row in _main(rows, "percent_agreement"):
        if row.against is None and row.estimate is not None and ":" not in row.raters:
            text = _("%(raters)s agree with each other on %(share)s of the pairs of ratings%(interval)s.") % {
                "raters": capfirst(name_raters(row.raters)),
                "share": show_share(row.estimate),
                "interval": _interval(row),
            }
            yield Sentence(text + _alpha(rows, row.raters), is_simulated(row.raters))


def _alpha(rows: Sequence[Row], raters: str) -> str:
    for row in _main(rows, "krippendorff_alpha"):
        if row.raters == raters and row.estimate is not None:
            value = f"{row.estimate:.2f}"
            return " " + _("With chance taken off (Krippendorff's alpha) that is %(value)s.") % {
                "value": value
            }
    return ""


def _on_judges(rows: Sequence[Row]) -> Iterator[Sentence]:
    """The judges nearest to people; where nobody rated, to a reference."""
    pairs = [row for row in _main(rows, "percent_agreement") if row.against and row.estimate is not None]
    compared = [row for row in pairs if row.against in (PEOPLE, SIMULATED) and not is_of_persons(row.raters)]
    compared = compared or [row for row in pairs if is_reference(row.against or "")]
    nearest = sorted(
        compared, key=lambda row: (is_simulated(row.against or ""), -(row.estimate or 0), row.raters)
    )
    for row in nearest[:MOST_JUDGES]:
        text = _("%(rater)s agrees with %(people)s on %(share)s%(interval)s.") % {
            "rater": capfirst(name_raters(row.raters)),
            "people": name_raters(row.against or ""),
            "share": show_share(row.estimate or 0.0),
            "interval": _interval(row),
        }
        yield Sentence(text + _inconsistency(rows, row.raters), is_simulated(row.against or ""))


def _inconsistency(rows: Sequence[Row], raters: str) -> str:
    for row in _main(rows, "inconsistency_rate"):
        if row.raters == raters and row.estimate is not None:
            share = show_share(row.estimate)
            return " " + _("Its verdict changes with the order of the answers on %(share)s.") % {
                "share": share
            }
    return ""


def _on_systems(rows: Sequence[Row]) -> Iterator[Sentence]:
    ranked = [row for row in rows if row.system and row.against is None and row.estimate is not None]
    for group in ("people", "simulated"):
        held = [row for row in ranked if row.raters == group and row.inference == "these_raters"]
        if held:
            best = max(held, key=lambda row: (row.estimate or 0.0, row.system or ""))
            is_share = best.statistic == "win_rate"
            value = show_share(best.estimate or 0.0) if is_share else f"{best.estimate:.2f}"
            text = _("By %(raters)s, %(system)s stands first: %(statistic)s %(value)s%(interval)s.") % {
                "raters": name_raters(group),
                "system": best.system,
                "statistic": name_statistic(best.statistic),
                "value": value,
                "interval": _interval(best, is_share=is_share),
            }
            yield Sentence(text, is_simulated(group))


def _main(rows: Sequence[Row], statistic: str) -> list[Row]:
    return [row for row in rows if row.statistic == statistic and row.inference == "these_raters"]


def _interval(row: Row, *, is_share: bool = True) -> str:
    if row.low is None or row.high is None:
        return ""
    low, high = (
        (show_share(row.low), show_share(row.high)) if is_share else (f"{row.low:.2f}", f"{row.high:.2f}")
    )
    text = _("(95 %% interval %(low)s to %(high)s)") % {"low": low, "high": high}
    return " " + text.replace(" %", "\xa0%")


def show_share(value: float) -> str:
    return f"{100 * value:.0f}\xa0%"
