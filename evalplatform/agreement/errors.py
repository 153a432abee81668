"""The errors of the statistics, a tree of their own: the package knows nothing of the platform around it."""


class AgreementError(ValueError):
    """The question itself is wrong: a rater that is not there, a level that the values cannot have.

    Data too thin for an answer raise nothing: they give an `Estimate` with a named `undefined`.
    """
