"""LLMBar: 419 pairs with an objective winner, judged in both orders by 18 judges; five parts, and all together."""

from collections import Counter, defaultdict

from evalplatform.agreement import RatingTable, orient_verdict, pair_orders, position_consistency
from evalplatform.agreement.bias import longer_preference_rate
from tests.published.expected.study import Figures, Line, Study

Verdicts = dict[str, list[tuple[str, str | None]]]  # by item: order and canonical verdict


def work_out(study: Study) -> Figures:
    gold = {line["item_id"]: orient(line)[1] for line in study.ratings if line["rater_kind"] == "gold"}
    parts = {name_part(item) for item in gold}
    lines: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in study.ratings:
        if line["rater_kind"] == "llm":
            lines[name_part(line["item_id"]), line["rater"]].append(line)
    yield from leanings(study)
    for judge in study.judges:
        everything = [line for part in sorted(parts) for line in lines[part, judge]]
        yield from describe_judge(f"all.{judge}", everything, gold)
        for part in sorted(parts):
            yield from describe_judge(f"{part}.{judge}", lines[part, judge], gold)


def leanings(study: Study) -> Figures:
    records = [
        {"unit": line["item_id"], "rater": line["rater"], "value": orient(line)[1]} for line in study.ratings
    ]
    table = RatingTable.from_records(records, level="nominal")
    systems = {line["item_id"]: sorted(line["systems"]) for line in study.ratings}
    lengths = {item: study.count_both(item, pair) for item, pair in systems.items()}
    for rater in table.raters:
        found = longer_preference_rate(table, lengths, raters=rater, gap=0, inference=None)
        yield f"{rater}.prefers_longer", found


def name_part(item: str) -> str:
    return item.rpartition("-")[0]


def orient(line: Line) -> tuple[str, str | None]:
    """The order that was shown, and the verdict against the canonical order."""
    order = "forward" if line["systems"] == sorted(line["systems"]) else "swapped"
    return order, line["value"] and orient_verdict(line["systems"], line["value"])[1]


def describe_judge(name: str, lines: list[Line], gold: dict[str, str | None]) -> Figures:
    records = []
    verdicts: dict[str, list[str | None]] = defaultdict(list)
    for line in lines:
        order, verdict = orient(line)
        records.append(
            {"unit": line["item_id"], "rater": line["rater"], "presentation": order, "value": verdict}
        )
        verdicts[line["item_id"]].append(verdict)
    [pairs] = pair_orders(records).values()
    found = position_consistency(pairs.forward, pairs.swapped, inference=None)
    yield f"{name}.items_in_both_orders", float(len(pairs.forward))
    yield f"{name}.consistency", found.consistency
    yield f"{name}.first_position_rate", found.first_share
    missing = sum(verdict is None for held in verdicts.values() for verdict in held)
    if missing:
        yield f"{name}.no_verdict", float(missing)
        same = sum(held[0] == held[1] for held in verdicts.values())
        yield f"{name}.consistency_null_as_value", same / len(verdicts)
    yield from score(name, verdicts, gold)


def score(name: str, verdicts: dict[str, list[str | None]], gold: dict[str, str | None]) -> Figures:
    """Accuracy under three rules for two orders."""
    right = {
        item: Counter(verdict == gold[item] for verdict in held)[True] for item, held in verdicts.items()
    }
    wrong = {
        item: sum(verdict is not None and verdict != "tie" and verdict != gold[item] for verdict in held)
        for item, held in verdicts.items()
    }
    items = len(verdicts)
    yield f"{name}.accuracy_mean_of_orders", sum(right.values()) / (2 * items)
    yield f"{name}.accuracy_right_in_both", sum(count == 2 for count in right.values()) / items
    yield f"{name}.accuracy_net_of_orders", sum(right[item] > wrong[item] for item in right) / items
