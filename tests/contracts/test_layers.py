"""Pages and API reach rows through access, queries and domain alone."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROOMS = ("annotations", "judges", "evalplatform/reports", "evalplatform/home", "evalplatform/accounts")
EDGES = {"views", "api"}  # folders, files, and files of a room that has none: `plan_views.py`
REACHES = (".objects.", ".filter(", ".exclude(", ".get_or_create(", ".save(")
ALLOWED = {
    # Empty sets: they only name the model for the schema.
    "annotations/api/assignments.py: queryset = Assignment.objects.none()",
    "annotations/api/remarks.py: queryset = Remark.objects.none()",
}


def test_no_page_and_no_address_queries_the_ledger_itself() -> None:
    found = {
        f"{file.relative_to(REPOSITORY)}: {line.partition('#')[0].strip()}"
        for file in list_edges()
        for line in file.read_text(encoding="utf-8").splitlines()
        if any(reach in line for reach in REACHES)
    }

    assert found == ALLOWED


def list_edges() -> list[Path]:
    files = [file for room in ROOMS for file in (REPOSITORY / room).rglob("*.py") if is_edge(file)]
    assert {"rating.py", "assignments.py", "runs.py", "report.py", "views.py"} <= {
        file.name for file in files
    }
    return files


def is_edge(file: Path) -> bool:
    return bool(EDGES & {*file.parts, file.stem.rpartition("_")[2]})
