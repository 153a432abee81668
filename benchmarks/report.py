"""Every figure of a real study's report, from the ledger to sorted rows; and loading the statistics."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.line import measure_seconds, print_figure

REPOSITORY = Path(__file__).resolve().parents[1]
STUDIES = ("mt-bench", "hanna")
REPEATS = 3
TARGET = 2.0


def main() -> None:
    measure_import()
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(
            {"EVALPLATFORM_DATA": data, "DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded"}
        )
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for study in STUDIES:
            folder = Path(settings.EVALPLATFORM_STUDIES) / study
            if folder.is_dir():
                call_command("import_study", str(folder), project=study, stdout=sys.stderr)
                measure_report(study)
            else:
                sys.stderr.write(f"{folder} is not there: no figure for {study}\n")


def measure_report(study: str) -> None:
    from django.core.cache import cache

    from annotations.models import Project
    from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot

    project = Project.objects.get(slug=study)
    found: list[int] = []

    def work_out() -> None:
        cache.clear()
        found.append(len(take_snapshot(project=project, wanted=Wanted(is_full=True)).rows))

    seconds = measure_seconds(work_out, repeats=REPEATS)
    print_figure(
        area="report",
        name=f"all {found[0]} figures of {study}, median of {REPEATS}",
        value=seconds,
        unit="CPU s",
        target=TARGET,
        peer="the limit",
        peer_value=TARGET,
    )
    before = os.times()
    subprocess.run(
        [sys.executable, "manage.py", "report", study, "--json", "--all"],
        cwd=REPOSITORY,
        env={**os.environ},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = os.times()
    print_figure(
        area="report",
        name=f"manage.py report {study} --json --all, the interpreter's start included",
        value=after.children_user + after.children_system - before.children_user - before.children_system,
        unit="CPU s",
    )


def measure_import() -> None:
    probe = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
    for statement, target in (
        ("import evalplatform.agreement", 0.3),
        ("from evalplatform.agreement import *", None),
    ):
        seconds = [
            float(
                subprocess.check_output(
                    [sys.executable, "-c", probe.format(statement)], cwd=REPOSITORY, text=True
                )
            )
            for _ in range(REPEATS)
        ]
        print_figure(
            area="report", name=statement, value=sorted(seconds)[REPEATS // 2], unit="CPU s", target=target
        )


if __name__ == "__main__":
    main()
