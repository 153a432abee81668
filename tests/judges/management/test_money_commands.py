from io import StringIO
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from annotations.models import TaskKind
from judges.engine.money.pricing import LIST, read_list
from judges.models import Attempt, Price, Run
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database
SET = ("prices", "set", "--provider=openai", "--model=m", "--valid-from=2026-01-01")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_prices_are_set_listed_and_removed() -> None:
    make_project("sky")
    said = run(*SET, "--tokens-in=2", "--tokens-cached=0.5", "--tokens-out=10", "--project=sky")
    price = Price.objects.get()
    words = f"{price.public_id}  openai m from 2026-01-01: in 2, cached 0.5, out 10 USD/M, sky only\n"
    assert said == words
    assert run("prices", "list", "--project=sky").startswith(words)
    assert len(run("prices", "list").splitlines()) == len(read_list())
    assert run("prices", "remove", str(price.public_id), "--project=sky") == f"Removed: {words}"
    assert Price.objects.count() == 0


def test_prices_are_imported() -> None:
    assert run("prices", "import", str(LIST)) == f"{len(read_list())} lines written.\n"
    assert Price.objects.filter(project=None).count() == len(read_list())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("prices", "set", "--provider=openai"), "--model is wanted"),
        ((*SET, "--tokens-in=x", "--tokens-out=1"), "tokens_in: must be a number"),
        ((*SET, "--tokens-in=1", "--tokens-out=-1"), "tokens_out: must be 0 to"),
        (("prices", "list", "--project=none"), "no project none"),
        (("prices", "import", "none.jsonl"), "none.jsonl cannot be read"),
        (("prices", "import", "."), "cannot be read"),
        (("prices", "remove", "x"), "no line x"),
        (("spend", "none"), "no project none"),
    ],
)
def test_mistakes_are_answered_with_words(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_a_file_with_a_mistake_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "prices.jsonl"
    file.write_bytes(LIST.read_bytes() + b'{"provider": "openai"}\n')
    with pytest.raises(CommandError, match=f"line {len(read_list()) + 1}, model: is missing"):
        run("prices", "import", str(file))
    assert Price.objects.count() == 0


def test_a_dry_run_says_what_it_would_cost_and_starts_nothing() -> None:
    field = make_field(TaskKind.SINGLE, 3, slug="sky")
    judge = make_judge(
        field.project, "http://127.0.0.1:9/v1", "single", price_in=1, price_out=2, context_window=1000
    )
    said = run("judge", "sky", f"--judge={judge.rater.name}", "--dry-run", "--budget=0.0001").splitlines()
    assert said[0] == "3 tasks, 3 calls (the prompts of 3 tasks were written out)."
    assert [line.split()[0] for line in said[1:7]] == [
        "tokens",
        "tokens",
        "live",
        "as",
        "available",
        "Beware:",
    ]
    assert said[-1].startswith("Nothing was started.")
    assert "a guess: too few such calls were made here" in said[1]
    assert (Run.objects.count(), Attempt.objects.count()) == (0, 0)


def test_spend_as_table_csv_and_json() -> None:
    make_project("sky")
    assert "total" in run("spend", "sky")
    assert run("spend", "sky", "--format=csv").splitlines()[1:] == [
        "total,,0,0,0,0,0,0,0.00000000,0.00000000,0.00000000"
    ]
    found = orjson.loads(run("spend", "sky", "--by=model", "--format=json"))
    assert (found["by"], found["rows"], found["total"]["total"]) == ("model", [], "0.00000000")
