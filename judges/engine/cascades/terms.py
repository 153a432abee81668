"""What a cascade is asked to be, and which items its thresholds may be chosen on."""

from dataclasses import dataclass

from annotations.queries.rating_rows import TaskRow
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import LARGEST_SEED
from judges.models import Cascade
from judges.queries.split import Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a cascade is asked to be. `criterion` empty: the only one that it can have."""

    cheap: str
    dear: str
    bound: float
    delta: float = 0.1
    criterion: str = ""
    labels_by: str = "people"
    calibration_share: float = 0.5
    seed: int = 0


def read_terms(cascade: Cascade) -> Terms:
    """What the cascade was asked to be, with its criterion named."""
    return Terms(
        cheap=f"{cascade.cheap.kind}:{cascade.cheap.name}",
        dear=f"{cascade.dear.kind}:{cascade.dear.name}",
        bound=cascade.bound,
        delta=cascade.delta,
        criterion=cascade.criterion,
        labels_by=cascade.labels_by,
        calibration_share=cascade.calibration_share,
        seed=cascade.seed,
    )


def check_terms(terms: Terms) -> None:
    """Raises Invalid where a figure lies outside its range."""
    for field in ("bound", "delta", "calibration_share"):
        if not 0 < getattr(terms, field) < 1:
            raise Invalid.at("must lie between 0 and 1", field=field)
    if not 0 <= terms.seed <= LARGEST_SEED:
        raise Invalid.at(f"must lie between 0 and {LARGEST_SEED}", field="seed")


def is_calibration(task: TaskRow, terms: Terms) -> bool:
    """Whether a task's item is kept for choosing thresholds: the same whatever other items there are."""
    return Split(share=terms.calibration_share, seed=terms.seed).keeps(task.item)
