"""One process of many in which people rate: `python -m tests.reliability.queue_worker FOLDER NAME RATER...`.

Processes meet by files in a folder: all let their people ask for a first task at once, then all work to the end.
"""

import argparse
from pathlib import Path

import django


def main() -> None:
    """Let these raters work; what went wrong is printed, and the process ends with 1."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument("raters", type=int, nargs="+")
    options = parser.parse_args()
    django.setup()

    from tests.reliability.queue_people import work_together

    failures = work_together(folder=options.folder, name=options.name, raters=options.raters)
    print("\n".join(failures))  # noqa: T201 - the test reads it
    raise SystemExit(bool(failures))


if __name__ == "__main__":
    main()
