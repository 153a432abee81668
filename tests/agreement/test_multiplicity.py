import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplatform.agreement import AgreementError
from evalplatform.agreement.multiplicity import benjamini_yekutieli, e_bh, holm
from tests.agreement.registry import EXAMPLES

p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@pytest.mark.parametrize(("ours", "theirs"), [(holm, "holm"), (benjamini_yekutieli, "fdr_by")])
@given(p_values=p_lists)
@settings(max_examples=EXAMPLES, deadline=None)
def test_adjusted_p_values_equal_those_of_statsmodels(
    ours: object, theirs: str, p_values: list[float]
) -> None:
    from statsmodels.stats.multitest import multipletests

    assert callable(ours)
    expected = multipletests(p_values, method=theirs)[1]
    np.testing.assert_allclose(ours(p_values), expected, rtol=1e-12, atol=1e-300)


@given(p_values=p_lists)
@settings(max_examples=EXAMPLES, deadline=None)
def test_e_bh_is_benjamini_and_hochberg_on_inverse_e_values(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    e_values = [1 / max(p, 1e-9) for p in p_values]
    expected = multipletests([1 / e for e in e_values], method="fdr_bh")[1]
    np.testing.assert_allclose(e_bh(e_values), expected, rtol=1e-12)


def test_known_answers() -> None:
    # e-BH rejects the k largest e-values with k = max {k: e_(k) >= m / (alpha k)}: 20 and 30 of 4 at alpha .2
    assert (e_bh([1, 20, 30, 0]) <= 0.2).tolist() == [False, True, True, False]
    assert (e_bh([1, 20, 30, 0]) <= 0.09).tolist() == [False, False, False, False]
    assert holm([0.01, 0.02, 0.03, 0.5]).tolist() == pytest.approx([0.04, 0.06, 0.06, 0.5])


def test_nothing_and_extremes_give_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [len(adjust([])) for adjust in (holm, benjamini_yekutieli, e_bh)] == [0, 0, 0]
        assert e_bh([0, 0]).tolist() == [1, 1]
        assert e_bh([float("inf")]).tolist() == [0]


@pytest.mark.parametrize(
    ("adjust", "values"), [(holm, [1.2]), (benjamini_yekutieli, [float("nan")]), (e_bh, [-1])]
)
def test_what_is_no_p_or_e_value_is_refused(adjust: object, values: list[float]) -> None:
    assert callable(adjust)
    with pytest.raises(AgreementError, match="values"):
        adjust(values)
