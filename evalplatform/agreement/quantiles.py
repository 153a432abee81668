"""Quantiles that intervals reach to."""


def find_student_t(freedom: float, confidence: float) -> float:
    """What a t variable with so many degrees of freedom stays within with probability `confidence`, two-sided."""
    from scipy.special import stdtrit  # scipy is imported on use

    return float(stdtrit(freedom, (1 + confidence) / 2))
