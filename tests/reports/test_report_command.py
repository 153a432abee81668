import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Project, RaterKind
from evalplatform.reports.models import Report
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("report", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_json_is_the_snapshot_and_nothing_else(rated: Project) -> None:
    printed = run("rated", "--json", "--all")
    assert printed == take_snapshot(project=rated, wanted=Wanted(is_full=True)).to_bytes().decode() + "\n"
    assert set(json.loads(printed)) == {"project", "inputs_hash", "code_version", "seed", "results"}


def test_without_json_it_is_words_and_tables(rated: Project) -> None:
    printed = run("rated", "--criterion", "overall")
    assert "People agree with each other on" in printed
    assert "Judge gpt agrees with people on" in printed
    assert "win rate" in printed
    assert "alpha" in printed


def test_out_writes_the_results_and_every_picture(rated: Project, tmp_path: Path) -> None:
    run("rated", "--out", str(tmp_path / "report"))
    written = sorted(path.name for path in (tmp_path / "report").iterdir())
    assert written == [
        "forest.svg", "forest.vl.json", "heat-map.svg", "heat-map.vl.json",
        "leaderboard.svg", "leaderboard.vl.json", "results.json",
    ]  # fmt: skip
    assert (tmp_path / "report" / "results.json").read_bytes() == take_snapshot(project=rated).to_bytes()


def test_freeze_keeps_the_figures_and_prints_the_reports_id(rated: Project) -> None:
    printed = run("rated", "--criterion", "overall", "--freeze").strip()
    report = Report.objects.get(public_id=printed)
    assert (
        report.results
        == take_snapshot(project=rated, wanted=Wanted(criterion="overall")).to_dict()["results"]
    )
    assert run("rated", "--criterion", "overall", "--freeze").strip() == printed


def test_the_headline_holds_judges_against_a_reference(rated: Project) -> None:
    gold = make_rater(rated, "gold", RaterKind.REFERENCE)
    for task in rated.tasks.all():
        rate(task, gold, "first")
    assert "judge gpt – reference gold" in run("rated")


@pytest.mark.parametrize("arguments", [("nobody",), ("rated", "--criterion", "elegance")])
def test_what_is_not_there_is_an_error_in_words(rated: Project, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"There is no|No criterion"):
        run(*arguments)
