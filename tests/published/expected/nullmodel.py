"""A constant answer that an LLM judge prefers to GPT-4's, and an honest system beside it."""

import statistics

from evalplatform.agreement.bias import longer_preference_rate
from evalplatform.agreement.ranking import soft_win_rate
from tests.published.expected.study import Figures, Study, make_table

BASELINE = "gpt4_1106_preview"


def work_out(study: Study) -> Figures:
    for system in sorted({name for line in study.ratings for name in line["systems"]} - {BASELINE}):
        lines = [line for line in study.ratings if system in line["systems"]]
        won = [line["meta"]["preference"] - 1 for line in lines]
        found = soft_win_rate(won, items=[line["item_id"] for line in lines])
        seconds = [line["seconds"] for line in lines if line.get("seconds") is not None]
        yield f"{system}.win_rate", 100 * (found.rate.estimate or 0)
        yield f"{system}.standard_error", 100 * (found.standard_error or 0)
        yield f"{system}.discrete_win_rate", 100 * (found.discrete.estimate or 0)
        yield f"{system}.median_seconds", float(statistics.median(seconds))
        yield f"{system}.price_usd_total", sum(line["meta"]["price_usd"] or 0.0 for line in lines)
        yield from leanings(study, system)


def leanings(study: Study, system: str) -> Figures:
    lines = [line for line in study.ratings if system in line["systems"]]
    table = make_table(lines, level="nominal")
    lengths = {unit: study.count_both(unit[0], unit[1:3]) for unit in table.units.tolist()}
    found = longer_preference_rate(table, lengths, gap=0, inference=None)
    yield f"{system}.prefers_longer", found
