"""A small project in which everything is rated: by people, by simulated raters and by a judge."""

from annotations.models import Origin, Presentation, Project, RaterKind
from tests.factories.ledger import make_item, make_pair_rubric, make_pair_task, make_system
from tests.factories.ratings import make_rater, rate


def fill_project(project: Project, *, items: int = 8) -> Project:
    """Two experts, one of the crowd, two simulated raters and a judge in both orders, over pairs in two turns."""
    rubric = make_pair_rubric(project, key="quality")
    systems = (make_system(project, "alpha"), make_system(project, "beta"))
    people = [make_rater(project, name, group="expert") for name in ("ann", "bob")]
    people.append(make_rater(project, "cleo", group="crowd"))
    simulated = [make_rater(project, f"sim-{number}", origin=Origin.SIMULATED) for number in (1, 2)]
    judge = make_rater(project, "gpt", RaterKind.JUDGE)
    for number in range(items):
        item = make_item(project, key=f"item-{number}", attributes={"subject": ("law", "maths")[number % 2]})
        task = make_pair_task(project, rubric, systems=systems, item=item, turn=1 + number % 2)
        for place, person in enumerate(people):
            rate(task, person, ("first", "first", "second", "tie")[(number + place * (number % 3)) % 4])
        for rater in simulated:
            rate(task, rater, "second")
        rate(task, judge, "first", order="0,1", presentation=Presentation.SHOWN)
        swapped = "second" if number % 4 == 0 else "first"
        rate(task, judge, swapped, order="1,0", presentation=Presentation.SHOWN)
    return project
