"""Much at once: 100,000 tasks from a study folder, 50,000 rows of an uploaded table, 10,000 answers as files.

Time, and memory at a tenth of it. `python -m benchmarks.bulk WHAT PLACE SLUG` is one measured process.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any  # lines are JSON

from benchmarks.line import print_figure

SIZES = {"import": 100_000, "upload": 50_000, "export": 10_000}
UNITS = {"import": "tasks", "upload": "rows", "export": "answers"}
SMALLER = 10
LONGEST = {"import": 30.0, "upload": 15.0, "export": 2.0}  # seconds
MOST_MEMORY = 1.25  # of that at a tenth of the size
ANSWER = "Sunlight is scattered by the molecules of the air, and blue light far more than red. " * 4
MARK = {"name": "clarity", "task": "score", "scale": [1, 5], "level": "ordinal"}


def measure_bulk(database: str) -> None:
    """Every figure, at full size and at a tenth."""
    with tempfile.TemporaryDirectory() as place:
        for what, size in SIZES.items():
            small, large = (run(what, Path(place), count) for count in (size // SMALLER, size))
            for way, cost in large.items():
                name = f"{way} of {size:,} {UNITS[what]}, {database}"
                print_figure(
                    area="annotate", name=name, value=cost["seconds"], unit="s", target=LONGEST[what]
                )
                growth = cost["memory"] / small[way]["memory"]
                name = f"memory of the {name}, over that of {size // SMALLER:,}"
                print_figure(area="annotate", name=name, value=growth, unit="times", target=MOST_MEMORY)


def run(what: str, place: Path, count: int) -> dict[str, dict[str, float]]:
    """Seconds and MiB of each way, measured in processes of their own."""
    folder = place / f"{what}-{count}"
    slug = folder.name
    if what == "upload":
        write_table(folder.with_suffix(".csv"), count)
        return {"upload": measure("upload", str(folder.with_suffix(".csv")), slug)}
    write_folder(folder, count, rated=what == "export")
    if what == "import":
        return {"import": measure("import", str(folder), slug)}
    measure("import", str(folder), slug)
    ways = ("study folder", "csv", "jsonl", "parquet")
    return {f"export as {way}": measure(way, str(folder), slug) for way in ways}


def measure(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.bulk", *arguments]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    cost: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return cost


def write_folder(folder: Path, count: int, *, rated: bool) -> None:
    """A study of so many answers to be rated, or rated by ten people each a tenth of them."""
    folder.mkdir()
    content = {"name": folder.name, "title": "A large study", "criteria": [MARK]}
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    write_lines(
        folder / "items.jsonl", ({"item_id": f"i{n}", "prompt": f"Question {n}: why?"} for n in range(count))
    )
    answers = ({"item_id": f"i{n}", "system": "alpha", "text": f"{n}. {ANSWER}"} for n in range(count))
    write_lines(folder / "generations.jsonl", answers)
    if rated:
        write_lines(folder / "ratings.jsonl", (rate(n) for n in range(count)))


def write_table(file: Path, count: int) -> None:
    """A table of so many rows: an item and an answer in each, nearly 20 MB where it is full."""
    with file.open("w", encoding="utf-8") as target:
        target.write("item_id,prompt,system,text\n")
        target.writelines(
            f"i{n},Question {n}: why?,alpha,{n}. {ANSWER.replace(',', ';')}\n" for n in range(count)
        )


def rate(number: int) -> dict[str, Any]:
    return {
        "item_id": f"i{number}", "rater": f"rater {number % 10}", "rater_kind": "human", "task": "score",
        "criterion": "clarity", "systems": ["alpha"], "value": 1 + number % 5,
    }  # fmt: skip


def write_lines(file: Path, lines: Iterator[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as target:
        target.writelines(json.dumps(line) + "\n" for line in lines)


def main() -> None:
    import django

    django.setup()
    what, folder, slug = sys.argv[1:]
    work = choose_work(what, Path(folder), slug)
    begin = time.perf_counter()
    work()
    cost = {
        "seconds": time.perf_counter() - begin,
        "memory": read_peak(),
    }
    sys.stdout.write(json.dumps(cost) + "\n")


def read_peak() -> float:
    """The most MiB that this process held: the count of `getrusage` begins with what its parent held."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def choose_work(what: str, folder: Path, slug: str) -> Callable[[], object]:
    from annotations.domain.studies.export_study import export_study
    from annotations.domain.studies.import_study import import_study
    from annotations.models import Project

    if what == "import":
        return lambda: import_study(folder=folder, slug=slug, overlap=1)
    if what == "upload":
        return lambda: upload_table(folder, slug)
    project = Project.objects.get(slug=slug)
    if what == "study folder":
        return lambda: export_study(project=project, folder=folder.with_name(f"{slug}-out"))
    return lambda: export_table(project, what, folder.with_name(f"{slug}.{what}"))


def upload_table(file: Path, slug: str) -> None:
    """Keep a file, look at what it would do, and store it, as the page does. Its tasks come later, a few at a time."""
    from annotations.domain.intake.uploads import check_upload, keep_upload, read_upload, take_upload
    from annotations.models import Project
    from evalplatform.accounts.models import User

    project = Project.objects.create(slug=slug)
    user = User.objects.create(username=slug)
    with file.open("rb") as handle:
        upload = keep_upload(project=project, user=user, name=file.name, file=handle)
    check = check_upload(upload=upload, table=read_upload(upload))
    batch = take_upload(upload=upload, user=user, partial=False)
    if check.faults or check.counts != batch.counts:
        raise RuntimeError(f"{check} is not what was stored: {batch.counts}")


def export_table(project: Any, what: str, file: Path) -> None:
    from evalplatform.reports.export.formats import FORMATS
    from evalplatform.reports.export.ratings import RATINGS

    with file.open("wb") as target:
        target.writelines(FORMATS[what].write(RATINGS, RATINGS.read(project)))


if __name__ == "__main__":
    main()
