"""Marked passages of a text: do raters mark the same, and what do their marks weigh?"""

from evalplatform.agreement.spans.marks import Span
from evalplatform.agreement.spans.matching import span_agreement
from evalplatform.agreement.spans.mqm import MqmWeights, mqm_score

__all__ = ["MqmWeights", "Span", "mqm_score", "span_agreement"]
