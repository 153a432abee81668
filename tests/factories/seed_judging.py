"""A project with a planned run in the database that the environment names: `python -m tests.factories.seed_judging`.

For tests that start the platform's own processes; prints the run's id.
"""

import argparse

import django


def main() -> None:
    """Make the project, its tasks, the judge and the run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--kind", choices=["single", "pair"], default="single")
    parser.add_argument("--calls", type=int, default=8)
    options = parser.parse_args()
    django.setup()

    from annotations.models import TaskKind
    from judges.engine.plan import plan_run
    from tests.factories.judging import make_field, make_judge

    field = make_field(TaskKind(options.kind), options.tasks)
    judge = make_judge(field.project, options.base_url, options.kind, calls_in_flight=options.calls)
    print(plan_run(project=field.project, judge=judge).pk)  # noqa: T201 - what the caller waits for


if __name__ == "__main__":
    main()
