"""Which system is better: win rates, strengths, ranks, and what they rest on."""

from evalplatform.agreement.ranking.arena import (
    agreement_with_confidence,
    pair_rank_brier,
    separability_with_confidence,
)
from evalplatform.agreement.ranking.comparisons import Comparisons
from evalplatform.agreement.ranking.elo import elo_ratings
from evalplatform.agreement.ranking.lengths import LengthControlledRate, length_controlled_win_rate
from evalplatform.agreement.ranking.pair_models import bradley_terry, davidson, rao_kupper
from evalplatform.agreement.ranking.permutation import PermutationTest, permutation_test
from evalplatform.agreement.ranking.ranks import RankSet
from evalplatform.agreement.ranking.scores import Scores
from evalplatform.agreement.ranking.separability import (
    PairDifference,
    PairSaturation,
    Saturation,
    Separability,
    find_saturation,
    separate_systems,
)
from evalplatform.agreement.ranking.standings import Standings, rank_systems
from evalplatform.agreement.ranking.strengths import Strengths
from evalplatform.agreement.ranking.win_matrix import (
    SoftWinRate,
    WinMatrix,
    soft_win_rate,
    win_rate_matrix,
)
from evalplatform.agreement.ranking.wins import win_rates

__all__ = [
    "Comparisons",
    "LengthControlledRate",
    "PairDifference",
    "PairSaturation",
    "PermutationTest",
    "RankSet",
    "Saturation",
    "Scores",
    "Separability",
    "SoftWinRate",
    "Standings",
    "Strengths",
    "WinMatrix",
    "agreement_with_confidence",
    "bradley_terry",
    "davidson",
    "elo_ratings",
    "find_saturation",
    "length_controlled_win_rate",
    "pair_rank_brier",
    "permutation_test",
    "rank_systems",
    "rao_kupper",
    "separability_with_confidence",
    "separate_systems",
    "soft_win_rate",
    "win_rate_matrix",
    "win_rates",
]
