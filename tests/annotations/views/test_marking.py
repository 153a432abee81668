"""What a rater who marks passages may choose, and what each choice weighs."""

from annotations.domain.project_templates import find_project_template
from annotations.models import Criterion, Level
from annotations.views.marking import describe_marking


def test_the_template_of_mqm_is_weighed_by_mqm() -> None:
    template = find_project_template("mqm-spans")
    assert template is not None
    listed = template.rubrics[0]["criteria"][0]
    options = {name: listed[name] for name in ("severities", "categories")}
    weights = describe_marking(Criterion(level=Level.SPANS, options=options))["weights"]
    assert weights["Accuracy"] == {"Minor": 1.0, "Major": 5.0, "Critical": 5.0}
    assert weights["Fluency/Punctuation"]["Minor"] == 0.1
    assert weights["Non-translation"]["Major"] == 25.0


def test_severities_that_mqm_does_not_know_have_no_score() -> None:
    options = {"severities": ["grave", "slight"], "categories": ["Style"]}
    assert describe_marking(Criterion(level=Level.SPANS, options=options))["weights"] is None
