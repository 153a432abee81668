"""Multidimensional quality metrics: what the errors of a translation, or of any text, weigh together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evalplatform.agreement.errors import AgreementError


@dataclass(frozen=True, slots=True, kw_only=True)
class MqmWeights:
    """Weights of errors, most special first.

    Parameters
    ----------
    categories : weight of a category whatever its severity, by the start of its name
    pairs : weight of a category and severity
    severities : weight of any other error
    """

    categories: Mapping[str, float] = field(default_factory=lambda: {"Non-translation": 25.0})
    pairs: Mapping[tuple[str, str], float] = field(
        default_factory=lambda: {("Fluency/Punctuation", "Minor"): 0.1}
    )
    severities: Mapping[str, float] = field(
        default_factory=lambda: {"Major": 5.0, "Critical": 5.0, "Minor": 1.0, "Neutral": 0.0}
    )

    def weigh(self, category: str, severity: str) -> float:
        """Weight of one error; an unknown severity is an error."""
        for start, weight in self.categories.items():
            if category.startswith(start):
                return weight
        if (category, severity) in self.pairs:
            return self.pairs[category, severity]
        if severity not in self.severities:
            raise AgreementError(f"no weight for the severity {severity!r}")
        return self.severities[severity]


def mqm_score(errors: Iterable[tuple[str, str]], *, weights: MqmWeights | None = None) -> float:
    """Sum of the weights of a text's errors; lower is better, and 0 without an error.

    Parameters
    ----------
    errors : category and severity of each
    weights : None: those of WMT (Freitag et al. 2021): 25 for a non-translation, else 5 for a major and 1 for a minor
        error, 0.1 for minor punctuation, 0 for a neutral remark

    Returns
    -------
    float
        0 or more. Means over texts and raters, and their agreement, come from `mean_value` and `krippendorff_alpha` at
        the interval level.

    Notes
    -----
    Freitag et al. (2021), "Experts, Errors, and Context", Transactions of the Association for Computational Linguistics
    9, 1460-1474, table 4.

    Examples
    --------
    >>> from evalplatform.agreement.spans import mqm_score
    >>> mqm_score([("Accuracy/Mistranslation", "Major"), ("Fluency/Punctuation", "Minor")])
    5.1
    """
    held = weights or MqmWeights()
    return sum((held.weigh(category, severity) for category, severity in errors), start=0.0)
