"""Krippendorff's alpha with its interval at a million units, beside the package's point estimate alone."""

import numpy as np

from benchmarks.line import measure_seconds, print_figure
from evalplatform.agreement import RatingTable, krippendorff_alpha

UNITS, RATERS, VALUES = 1_000_000, 3, 5
RESAMPLES = 1_000


def main() -> None:
    import krippendorff

    ratings = np.random.default_rng(1).integers(1, VALUES + 1, size=(UNITS, RATERS))
    unit = np.repeat(np.arange(UNITS), RATERS)
    rater = np.tile(np.arange(RATERS), UNITS)
    table = RatingTable.from_arrays(unit, rater, ratings.ravel(), level="nominal")
    ours = measure_seconds(lambda: krippendorff_alpha(table, resamples=RESAMPLES))
    matrix = ratings.T.astype(float)
    theirs = measure_seconds(lambda: krippendorff.alpha(matrix, level_of_measurement="nominal"), repeats=1)
    print_figure(
        area="agreement",
        name=f"nominal alpha with {RESAMPLES} resamples of {UNITS} units",
        value=ours,
        unit="CPU s",
        target=0.15,
        peer="krippendorff, the point estimate alone, once",
        peer_value=theirs,
    )


if __name__ == "__main__":
    main()
