"""Which system is better: win rates, strengths, ranks, and what they rest on."""

from evalplatform.agreement.ranking.comparisons import Comparisons
from evalplatform.agreement.ranking.pair_models import bradley_terry, davidson, rao_kupper
from evalplatform.agreement.ranking.ranks import RankSet
from evalplatform.agreement.ranking.strengths import Strengths
from evalplatform.agreement.ranking.wins import win_rates

__all__ = ["Comparisons", "RankSet", "Strengths", "bradley_terry", "davidson", "rao_kupper", "win_rates"]
