"""Which items are kept for learning."""

import pytest

from judges.queries.split import Split


def test_an_items_side_depends_on_its_key_alone() -> None:
    split = Split(share=0.3, seed=5)
    few = {f"case-{n}" for n in range(50) if split.keeps(f"case-{n}")}
    many = {f"case-{n}" for n in range(5000) if split.keeps(f"case-{n}")}
    assert few <= many
    assert len(many) / 5000 == pytest.approx(0.3, abs=0.02)


def test_a_larger_share_keeps_what_a_smaller_one_kept() -> None:
    keys = [f"case-{n}" for n in range(500)]
    small, large = ({k for k in keys if Split(share=s, seed=1).keeps(k)} for s in (0.2, 0.6))
    assert small < large


def test_another_seed_keeps_other_items() -> None:
    keys = [f"case-{n}" for n in range(500)]
    one, two = ({k for k in keys if Split(share=0.5, seed=s).keeps(k)} for s in (1, 2))
    assert 80 < len(one & two) < 170


def test_what_was_kept_once_stays_kept() -> None:
    """Thresholds, examples and prompts were chosen on these very items: the draw never changes."""
    kept = [key for n in range(20) if Split(share=0.5, seed=0).keeps(key := f"case-{n}")]
    assert kept == ["case-0", "case-6", "case-8", "case-9", "case-11", "case-13", "case-14"]
