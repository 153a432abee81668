"""Corrected figures of a project that labels in waves."""

import numpy as np
import pytest

from annotations.domain.planning.prioritise import prioritise_tasks
from annotations.domain.planning.waves import WaveTerms, close_wave, open_wave
from annotations.models import RaterKind, WaveRule
from evalplatform.agreement.few_labels import ppi_win_rate
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.judging import make_field
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database


def test_a_report_weighs_labels_of_closed_waves_and_counts_who_did_not_answer() -> None:
    field = make_field(tasks=60)
    project, tasks = field.project, field.tasks
    judge, person = make_rater(project, "ada", RaterKind.JUDGE), make_rater(project, "ann")
    for n, task in enumerate(tasks):
        rate(task, judge, "first" if n % 3 else "second", order="0,1").ratings.update(
            confidence=0.5 + 0.5 * (n % 2)
        )
    terms = WaveTerms(size=30, rule=WaveRule.UNCERTAINTY, judge="judge:ada", floor=0.2)
    wave = open_wave(project=project, terms=terms, actor=None)
    drawn = set(wave.tasks.filter(is_drawn=True).values_list("task", flat=True))
    silent = min(drawn)
    for n, task in enumerate(tasks):
        if task.pk != silent:  # labels outside of the wave are there too, and must not count
            rate(task, person, "first" if n % 5 else "second")

    def read() -> dict[str, object]:
        rows = take_snapshot(project=project, wanted=Wanted(is_full=True)).rows
        row = next(row for row in rows if row.statistic == "win_rate_corrected" and row.against == "people")
        return {"estimate": row.estimate, "n": row.n, "excluded": row.excluded, "undefined": row.undefined}

    assert read()["n"] == 59
    close_wave(wave=wave, actor=None)
    chance = dict(wave.tasks.values_list("task", "probability"))
    by_hand = ppi_win_rate(
        [float(bool(n % 5)) if t.pk in drawn and t.pk != silent else np.nan for n, t in enumerate(tasks)],
        [float(bool(n % 3)) for n in range(60)],
        probabilities=[chance[task.pk] for task in tasks],
        clusters=[task.item_id for task in tasks],
    ).corrected
    found = read()
    assert found["n"] == len(drawn) - 1
    assert found["excluded"] == {"unanswered": 1}
    assert found["estimate"] in (pytest.approx(by_hand.estimate), pytest.approx(1 - (by_hand.estimate or 0)))
    prioritise_tasks(project=project, task_ids=[tasks[0].public_id], priority=1, actor=None)
    project.refresh_from_db()
    assert (read()["estimate"], read()["undefined"]) == (None, "exploratory")
