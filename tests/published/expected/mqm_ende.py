"""WMT 2023 English-German: error spans, three ratings a segment, alone and side by side with another translation."""

import statistics

from evalplatform.agreement import mean_value
from evalplatform.agreement.spans import mqm_score
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Line, Study, make_table

HIDDEN_CHECK = "HOTW-test"  # marks of attention, which the reference figures weigh as minor errors


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
    severities = (span["severity"].replace(HIDDEN_CHECK, "Minor") for span in line["value"])
    return mqm_score(zip((span["category"] for span in line["value"]), severities, strict=True))
