"""Many questions at once: which of them are decided so that false decisions stay rare over all."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.decisions import Decision, Side
from evalplatform.agreement.multiplicity import e_bh


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Decisions on a family of questions that was declared beforehand.

    Attributes
    ----------
    sides : of each question: ``above``, ``below`` or ``undecided``
    level : expected share of false ones among the decided, at most
    alone : chance of one false decision or more if every question were decided by itself at this level, all
        nulls true and questions independent
    """

    sides: Mapping[Hashable, Side]
    level: float
    alone: float

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return {"sides": dict(self.sides), "level": self.level, "alone": self.alone}


def decide_family(questions: Mapping[Hashable, Decision], *, level: float = 0.05) -> Family:
    r"""Decide a family of questions by e-BH: the expected share of false decisions is at most `level`.

    Parameters
    ----------
    questions : every question of the family, decided or not, with its evidence so far. Holds whatever the
        questions have to do with each other and whenever each was looked at
    level : above 0 and below 1

    Returns
    -------
    Family

    Notes
    -----
    With the m e-values from the largest down, the first k are decided for the largest k with

    .. math:: e_{(k)} \ge \frac{m}{k \, \alpha}

    Wang and Ramdas (2022), False discovery rate control with e-values, Journal of the Royal Statistical Society
    B 84, 822-852.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import decide_family, decide_sequentially
    >>> clear = decide_sequentially([1.0] * 60, range(60), order=range(60))
    >>> even = decide_sequentially([1.0, 0.0] * 30, range(60), order=range(60))
    >>> found = decide_family({"a": clear, "b": even, "c": even})
    >>> dict(found.sides), round(found.alone, 4)
    ({'a': 'above', 'b': 'undecided', 'c': 'undecided'}, 0.1426)
    """
    if not 0 < level < 1:
        raise AgreementError("level lies between 0 and 1")
    chosen = e_bh([each.e_value for each in questions.values()]) <= level
    sides = {
        name: _find_side(each) if is_chosen else "undecided"
        for (name, each), is_chosen in zip(questions.items(), chosen.tolist(), strict=True)
    }
    return Family(sides=sides, level=level, alone=1 - (1 - level) ** len(questions))


def _find_side(decision: Decision) -> Side:
    """The side on which the mean stands, also where the question alone was not decided."""
    if decision.side != "undecided" or decision.anytime.estimate is None:
        return decision.side
    return "above" if decision.anytime.estimate > decision.null else "below"
