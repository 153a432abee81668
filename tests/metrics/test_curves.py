"""Against scikit-learn, which is no part of the platform."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score, precision_recall_curve

from evalplatform.metrics.curves import ThresholdPoint, threshold_curve

SCORES, LABELS = [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]


def test_the_known_answer() -> None:
    assert threshold_curve(SCORES, LABELS) == (
        ThresholdPoint(0.1, 0.5, 0.5, 1.0, 0.0),
        ThresholdPoint(0.35, 0.75, 2 / 3, 1.0, 0.5),
        ThresholdPoint(0.4, 0.5, 0.5, 0.5, 0.0),
        ThresholdPoint(0.8, 0.75, 1.0, 0.5, 0.5),
    )


@pytest.mark.parametrize("seed", range(5))
def test_every_point_is_the_librarys(seed: int) -> None:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, 60)
    scores = np.round(random.normal(labels, 1.0), 1)
    curve = threshold_curve(scores.tolist(), labels.tolist())
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    assert [point.threshold for point in curve] == thresholds.tolist()
    assert [point.precision for point in curve] == pytest.approx(precision[:-1])
    assert [point.recall for point in curve] == pytest.approx(recall[:-1])
    passed = [scores >= threshold for threshold in thresholds]
    assert [point.accuracy for point in curve] == pytest.approx([accuracy_score(labels, p) for p in passed])
    assert [point.kappa for point in curve] == pytest.approx([cohen_kappa_score(labels, p) for p in passed])


def test_one_answer_alone_has_no_kappa() -> None:
    assert threshold_curve([1.0, 1.0], [True, True]) == (ThresholdPoint(1.0, 1.0, 1.0, 1.0, None),)
    assert threshold_curve([0.0], [False]) == (ThresholdPoint(0.0, 0.0, 0.0, None, 0.0),)
    assert threshold_curve([], []) == ()


@pytest.mark.parametrize(
    ("scores", "labels", "words"),
    [
        ([1.0], [], "one length"),
        ([float("nan")], [1], "finite"),
        ([1.0], [2], "true or false"),
    ],
)
def test_nonsense_is_refused(scores: list[float], labels: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        threshold_curve(scores, labels)
