"""Figures that others print and we do not, with the reason; argued in docs/explanation/differences.md.

A pattern is matched against the whole id; one that matches nothing fails the suite.
"""

ANALYTIC = "irrCAC's analytic errors: our intervals are resampled or leave out one item at a time"
WEIGHTED_ALPHA = "alpha with weights is another measure than alpha at a level of measurement"
SLOTS = "depends on who was put in which slot: refused"

COUNTED = "counts units rated once, which enter what chance would give and have no pair"
COUNTED_ALL = "counts all comparisons, and ours those of the system"
CONTROLLED = (
    "AlpacaEval's own regression has terms for each instruction, fitted over all systems of its leaderboard"
)

# Figures that we meet and whose `n` counts something else.
COUNTED_OTHERWISE: dict[str, dict[str, str]] = {
    "mt-bench": {r"(humans|gpt4)\.bradley_terry\..+": COUNTED_ALL},
    "reliability-tables": {r"raw_\w+\.\w+\.\w+": COUNTED},
}

EXCEPTIONS: dict[str, dict[str, str]] = {
    "reliability-tables": {
        r"raw_\w+\.identity\.\w+\.(standard_error|ci95_low|ci95_high)": ANALYTIC,
        r"raw_\w+\.(ordinal|linear)\.krippendorff": WEIGHTED_ALPHA,
    },
    "nullmodel": {r"[\w.-]+\.length_controlled_winrate": CONTROLLED},
    "hanna": {r"\w+\.icc2k": SLOTS},
}
