"""FED: five crowd ratings of each turn and dialogue; a criterion may not apply."""

from evalplatform.agreement import RatingTable, mean_value
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Study, make_table

COMPLETE = ("fleiss_kappa", "gwet_ac2_ordinal")  # worked out where every unit has five ratings


def work_out(study: Study) -> Figures:
    yield "not_applicable", float(sum(line["value"] is None for line in study.ratings))
    for criterion in study.criteria:
        lines = [line for line in study.people if line["criterion"] == criterion]
        table = make_table(lines, level="interval", kind="slot")
        levels = ("nominal", "ordinal", "interval")
        yield from describe_people(criterion, table, *(f"krippendorff_alpha_{level}" for level in levels))
        yield from describe_people(criterion, table, "pairwise_agreement")
        if is_complete(table):
            yield from describe_people(criterion, table, *COMPLETE)
        for system in sorted({line["systems"][0] for line in lines}):
            of_system = make_table([line for line in lines if line["systems"] == [system]], level="interval")
            yield f"{criterion}.mean.{system}", mean_value(of_system, inference=None)


def is_complete(table: RatingTable) -> bool:
    return not table.excluded
