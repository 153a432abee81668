"""Cards of single raters: how each stands to the others on the same tasks, and which signs stand out."""

from evalplatform.agreement.raters.answers import RaterAnswers
from evalplatform.agreement.raters.cards import RaterCard, rater_cards
from evalplatform.agreement.raters.exchange import Exchange, exchange_test
from evalplatform.agreement.raters.peers import Comparison, compare_with_peers
from evalplatform.agreement.raters.signs import SIGNS, Sign, SignName

__all__ = [
    "SIGNS",
    "Comparison",
    "Exchange",
    "RaterAnswers",
    "RaterCard",
    "Sign",
    "SignName",
    "compare_with_peers",
    "exchange_test",
    "rater_cards",
]
