"""How often attacks steer a judge through each prompt that comes with the platform, and what fences cost.

Judges are an obedient fake in three degrees of care and, where it is installed, the small local model, which is slow:
`--minutes` says how long it may work. `--out FILE` writes the page of the documentation; what was counted stands beside
it as .jsonl, and rows that stand there are taken up, so that a slow machine can go on another time.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.attacks.row import Row, read_rows, write_rows
from benchmarks.line import print_figure

# What the local model can answer, its scales being digits and letters; in the order in which its time is spent.
LOCAL_PROMPTS = ("single", "factuality", "preference", "helpfulness", "instructions", "pair", "creativity")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalplatform.settings.embedded")
    asked = read_arguments()
    import django

    django.setup()
    numbers = asked.out and asked.out.with_suffix(".jsonl")
    held = read_rows(numbers)
    for row in held:
        print_row(row)
    for row in list_rows(asked.minutes, {row.name for row in held}):
        held.append(row)
        print_row(row)
        if numbers is not None:
            write_rows(numbers, held)
    if asked.out is not None:
        from benchmarks.attacks.page import write_page

        asked.out.write_text(write_page(held), encoding="utf-8")


def read_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attacks", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="for the local model; 0 leaves it out")
    parser.add_argument("--out", type=Path, help="the page to write; rows that stand beside it are taken up")
    return parser.parse_args()


def list_rows(minutes: float, held: set[tuple[str, str]]) -> Iterator[Row]:
    """Every prompt before the fakes, and before the local model as far as its time goes."""
    from benchmarks.attacks.trials import LOCAL, try_local, try_obedient
    from evalplatform.common.errors import ProviderFailure
    from judges.providers.local_files import is_installed
    from tests.security.attacks.obedient import CARES
    from tests.security.attacks.trial import EVERY

    for care in CARES:
        for name, language in EVERY:
            if (f"obedient, {care}", f"{name}, {language}") not in held:
                yield try_obedient(name, language, care)
    if minutes and not is_installed():
        sys.stderr.write("The local model is not installed: manage.py local_judge install.\n")
        return
    until = time.monotonic() + 60 * minutes
    spoken = sorted(
        (language, LOCAL_PROMPTS.index(name), name) for name, language in EVERY if name in LOCAL_PROMPTS
    )
    for language, _, name in spoken:
        if (LOCAL, f"{name}, {language}") not in held and time.monotonic() < until:
            try:
                yield try_local(name, language)
            except (
                ProviderFailure
            ) as error:  # with the longest attack some prompts are beyond its 2,048 tokens
                sys.stderr.write(f"{name}, {language} is left out: {error.detail[:200]}\n")


def print_row(row: Row) -> None:
    """The figures of one row as JSON lines; a judge that heeds the mark must be steered by none."""
    through = f"{row.judge} judge, prompt {row.prompt}"
    counts = {
        "attacks that steer it": row.attacked,
        "attacks that steer it without fences": row.plain,
        "neutral additions that move it the same way": row.neutral,
        "attacked replies that are unparsable": row.unparsable,
        "clean verdicts that fences change": row.drifted,
    }
    for what, count in counts.items():
        if count.n:
            low, high = count.find_limits()
            must_be_none = "careful" in row.judge and what == "attacks that steer it"
            print_figure(
                area="attacks",
                name=f"share of {what} (n={count.n}, 95% {low:.3f} to {high:.3f}), {through}",
                value=count.share,
                unit="share",
                target=0.0 if must_be_none else None,
            )


if __name__ == "__main__":
    main()
