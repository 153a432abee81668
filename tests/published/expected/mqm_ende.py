"""WMT 2023 English-German: error spans, three ratings a segment, alone and side by side with another translation."""

import statistics

from evalplatform.agreement import mean_value
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Line, Study, make_table

WEIGHTS = {
    "Major": 5.0,
    "Critical": 5.0,
    "Minor": 1.0,
    "Neutral": 0.0,
    "HOTW-test": 1.0,  # hidden checks of attention, which the reference figures count
}  # as the manifest says
PUNCTUATION, NON_TRANSLATION = 0.1, 25.0


def work_out(study: Study) -> Figures:
    shown_alone = [line for line in study.people if not line.get("meta", {}).get("shown_beside")]
    beside = [line for line in study.people if line.get("meta", {}).get("shown_beside")]
    yield from describe_part("alone", shown_alone)
    yield from describe_part("side_by_side", beside)


def describe_part(name: str, lines: list[Line]) -> Figures:
    yield f"{name}.ratings", float(len(lines))
    scored = [with_value(line, score(line)) for line in lines]
    table = make_table(scored, level="interval", unit=("beside",))
    yield from describe_people(name, table, "krippendorff_alpha_interval")
    counted = [with_value(line, float(score(line) > 0)) for line in lines]
    errors = make_table(counted, level="nominal", unit=("beside",))
    yield from describe_people(
        f"{name}.any_error", errors, "krippendorff_alpha_nominal", "pairwise_agreement"
    )
    yield f"{name}.median_seconds", float(statistics.median(line["seconds"] for line in lines))
    for system in sorted({line["systems"][0] for line in lines}):
        of_system = [line for line in scored if line["systems"] == [system]]
        yield f"{name}.mean_mqm.{system}", mean_value(make_table(of_system, level="interval"), inference=None)


def with_value(line: Line, value: float) -> Line:
    return {**line, "value": value, "beside": line.get("meta", {}).get("shown_beside")}


def score(line: Line) -> float:
    return sum(map(weigh, line["value"]))


def weigh(span: Line) -> float:
    if "Non-translation" in span["category"]:
        return NON_TRANSLATION
    if span["severity"] == "Minor" and span["category"] == "Fluency/Punctuation":
        return PUNCTUATION
    return WEIGHTS[span["severity"]]
