"""The report in words first: who agrees with whom, and which system has the highest figure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.queries.rater_groups import PEOPLE, SIMULATED, is_of_persons, is_reference, is_simulated
from annotations.views.wording import name_raters
from evalplatform.reports.questions.question import NO_INTERVAL
from evalplatform.reports.rows import Row, list_defined
from evalplatform.reports.words.cautions import flag_positions, flag_specimens
from evalplatform.reports.words.judge_sentences import compare_lengths, compare_with_a_person
from evalplatform.reports.words.phrases import show_intervals, show_number, show_share
from evalplatform.reports.words.statistic_names import name_statistic
from evalplatform.reports.words.wording import explain_undefined, name_level

MOST_JUDGES = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """A finding in words; `is_simulated` ones are about raters that are no people, `is_specimen` about weak ones."""

    text: str
    is_simulated: bool = False
    is_specimen: bool = False


def write_sentences(
    rows: Sequence[Row], *, level: str | None = None, specimens: Collection[str] = ()
) -> list[Sentence]:
    """What the figures of one criterion say; `level` is the one that the criterion states."""
    whole = [row for row in rows if not row.slice and row.rule in (None, "tie")]
    return [
        *_on_persons(whole, level),
        *_on_judges(whole, specimens),
        *_on_cautions(whole, specimens),
        *_on_systems(whole),
    ]


def write_warnings(rows: Sequence[Row]) -> list[str]:
    """Figures and intervals that cannot be given, with the reason; each once."""
    found: dict[str, None] = {}
    for row in rows:
        if row.undefined and row.undefined != NO_INTERVAL and not row.slice:
            against = f" – {name_raters(row.against)}" if row.against else ""
            what = f"{capfirst(name_raters(row.raters))}{against}, {name_statistic(row.statistic, row.level)}"
            what = what if row.estimate is None else _("%(what)s, interval") % {"what": what}
            found[f"{what}: {explain_undefined(row.undefined)}"] = None
    return list(found)


def choose_level(rows: Sequence[Row], *, stated: str | None, otherwise: str) -> Row | None:
    """Of the same alpha at several levels the stated one, the only one, or the one named."""
    by_level = {row.level: row for row in rows}
    if len(by_level) == 1:
        return rows[0]
    return by_level.get(stated) or by_level.get(otherwise)


def _on_persons(rows: Sequence[Row], level: str | None) -> Iterator[Sentence]:
    for row in list_defined(rows, "percent_agreement"):
        if row.against is None and ":" not in row.raters:
            text = _(
                "%(raters)s agree with each other on %(share)s of %(n)s pairs of ratings%(interval)s."
            ) % {
                "raters": capfirst(name_raters(row.raters)),
                "share": show_share(row.estimate or 0.0),
                "n": row.n,
                "interval": show_intervals(row, rows, is_share=True),
            }
            yield Sentence(text + _reliability(rows, row.raters, level), is_simulated(row.raters))


def _reliability(rows: Sequence[Row], raters: str, level: str | None) -> str:
    held = [
        row
        for row in list_defined(rows, "krippendorff_alpha")
        if row.raters == raters and row.against is None
    ]
    row = choose_level(held, stated=level, otherwise="nominal")
    if row is None:
        return ""
    text = (
        _("With chance taken off, Krippendorff's alpha (%(level)s) is %(value)s%(interval)s.")
        if row.level == "nominal"
        else _("Krippendorff's alpha (%(level)s) is %(value)s%(interval)s.")
    )
    return " " + text % {
        "level": name_level(row.level or ""),
        "value": show_number(row.estimate or 0.0),
        "interval": show_intervals(row, rows, is_share=False),
    }


def _on_judges(rows: Sequence[Row], specimens: Collection[str]) -> Iterator[Sentence]:
    """Those with most to go by first: judges rated different tasks, so that no order of merit is shown."""
    compared = sorted(_compared(rows), key=lambda row: (is_simulated(row.against or ""), -row.n, row.raters))
    for row in compared[:MOST_JUDGES]:
        text = _on_numbers(row, rows) if row.level else _on_verdicts(row, rows)
        text += _inconsistency(rows, row.raters)
        text += compare_with_a_person(rows, row.raters, row.against or "")
        text += compare_lengths(rows, row.raters, row.against or "")
        yield Sentence(text, is_simulated(row.against or ""), row.raters in specimens)
    if (more := len(compared) - MOST_JUDGES) > 0:
        text = ngettext("%(count)s more is compared below.", "%(count)s more are compared below.", more)
        yield Sentence(text % {"count": more})


def _on_cautions(rows: Sequence[Row], specimens: Collection[str]) -> Iterator[Sentence]:
    for raters, text in flag_positions(rows):
        yield Sentence(text, is_simulated(raters), raters in specimens)
    for text in flag_specimens(rows, specimens):
        yield Sentence(text, is_specimen=True)


def _compared(rows: Sequence[Row]) -> list[Row]:
    """Each judge with all people; where nobody rated, with a reference. By alpha where values are numbers."""
    shares, alphas = (
        [row for row in list_defined(rows, statistic) if row.against and not is_of_persons(row.raters)]
        for statistic in ("percent_agreement", "krippendorff_alpha")
    )
    pairs: dict[tuple[str, str | None], list[Row]] = {}
    for row in alphas or shares:
        pairs.setdefault((row.raters, row.against), []).append(row)
    found = [choose_level(held, stated=None, otherwise="ordinal") for held in pairs.values()]
    chosen = [row for row in found if row is not None]
    with_people = [row for row in chosen if row.against in (PEOPLE, SIMULATED)]
    return with_people or [row for row in chosen if is_reference(row.against or "")]


def _on_verdicts(row: Row, rows: Sequence[Row]) -> str:
    text = (
        _(
            "%(rater)s agrees with %(people)s on %(share)s of %(n)s pairs of ratings, inconsistent verdicts "
            "counted as ties%(interval)s."
        )
        if row.rule
        else _("%(rater)s agrees with %(people)s on %(share)s of %(n)s pairs of ratings%(interval)s.")
    )
    return text % {
        "rater": capfirst(name_raters(row.raters)),
        "people": name_raters(row.against or ""),
        "share": show_share(row.estimate or 0.0),
        "n": row.n,
        "interval": show_intervals(row, rows, is_share=True),
    }


def _on_numbers(row: Row, rows: Sequence[Row]) -> str:
    text = _(
        "%(rater)s together with %(people)s: Krippendorff's alpha (%(level)s) is %(value)s over the %(n)s "
        "tasks that both rated%(interval)s."
    )
    return text % {
        "rater": capfirst(name_raters(row.raters)),
        "people": name_raters(row.against or ""),
        "level": name_level(row.level or ""),
        "value": show_number(row.estimate or 0.0),
        "n": row.n,
        "interval": show_intervals(row, rows, is_share=False),
    }


def _inconsistency(rows: Sequence[Row], raters: str) -> str:
    for row in list_defined(rows, "inconsistency_rate"):
        if row.raters == raters and row.against is None:
            text = _("Its verdict changes with the order of the answers on %(share)s of %(n)s verdicts.")
            return " " + text % {"share": show_share(row.estimate or 0.0), "n": row.n}
    return ""


def _on_systems(rows: Sequence[Row]) -> Iterator[Sentence]:
    for statistic in ("win_rate", "mean_score"):
        for group in (PEOPLE, SIMULATED):
            held = [
                row
                for row in list_defined(rows, statistic)
                if row.system and row.raters == group and row.against is None
            ]
            if len(held) >= 2:
                yield Sentence(_name_highest(held, rows), is_simulated(group))


def _name_highest(held: Sequence[Row], rows: Sequence[Row]) -> str:
    """A description, no test: nothing is said of whether the difference would be found again."""
    best = max(held, key=lambda row: (row.estimate or 0.0, row.system or ""))
    is_share = best.statistic == "win_rate"
    show = show_share if is_share else show_number
    text = _(
        "By %(raters)s, %(system)s has the highest %(statistic)s, %(value)s over %(n)s ratings%(interval)s."
    )
    said = text % {
        "raters": name_raters(best.raters),
        "system": best.system,
        "statistic": name_statistic(best.statistic),
        "value": show(best.estimate or 0.0),
        "n": best.n,
        "interval": show_intervals(best, rows, is_share=is_share),
    }
    return said + note_unequal(held)


def note_unequal(rows: Sequence[Row]) -> str:
    """A word of caution where systems were not rated equally often."""
    counts = sorted({row.n for row in rows})
    if len(counts) < 2:
        return ""
    text = _("Opponents or tasks differ between systems (n %(least)s to %(most)s).")
    return " " + text % {"least": counts[0], "most": counts[-1]}
