"""Names of statistics in words, in the language of the page."""

from django.utils.translation import gettext as _

from evalplatform.reports.words.wording import name_level


def name_statistic(statistic: str, level: str | None = None) -> str:
    """A statistic in words; what stands behind its colon, such as a value or a system, goes into them."""
    family, _colon, value = statistic.partition(":")
    word = _name_about(family, value) if value else _list_words().get(family, family)
    return f"{word} ({name_level(level)})" if level and "alpha" in statistic else word


def _name_about(family: str, value: str) -> str:
    """Of a family of figures, the one about a value."""
    words = {
        "value_rate": _("share of “%(value)s”"),
        "variance_component": _("variance of %(value)s"),
        "category_agreement": _("agreement on “%(value)s”"),
        "prevalence_corrected": _("share of “%(value)s” by people, from the judge's verdicts"),
        "style_effect": _("verdicts follow %(value)s"),
        "style_difference": _("verdicts follow %(value)s, more than people's"),
        "language_agreement": _("agreement with people by language, %(value)s"),
        "language_leniency": _("leniency by language, %(value)s"),
        "lead_over": _("lead over %(value)s"),
        "lead_adjusted_p_over": _("adjusted p of no lead over %(value)s"),
        "items_needed_of_range": _(
            "items needed to tell all systems apart, leads up to %(value)s of the range of scores being none"
        ),
        "items_needed": _("items needed to tell all systems apart, leads up to %(value)s being none"),
        "dependability_with_raters": _("reliability of values with %(value)s raters an item"),
        "standard_error_with_raters": _("standard error with %(value)s raters an item"),
        "may_replace_people": _("agrees no less than a person, but for %(value)s"),
        "alt_test_winning_rate": _("share of people the judge beats, a person costing %(value)s more"),
        "selective_threshold": _("confidence from which on at most %(value)s are wrong"),
        "selective_coverage": _("share of verdicts above that confidence (%(value)s wrong)"),
        "ranked_first_in_place": _("ranked first where shown in place %(value)s"),
        "self_preference_unadjusted": _("preference for its own family, unadjusted: %(value)s"),
    }
    return words.get(family, f"{family}: %(value)s") % {"value": value}


def _list_words() -> dict[str, str]:
    return {
        "percent_agreement": _("agreement"),
        "percent_agreement_without_ties": _("agreement without ties"),
        "percent_agreement_macro": _("agreement, mean of units"),
        "percent_agreement_macro_without_ties": _("agreement without ties, mean of units"),
        "krippendorff_alpha": _("Krippendorff's alpha"),
        "krippendorff_alpha_without_ties": _("Krippendorff's alpha without ties"),
        "agreement_with_plurality": _("agreement with the plurality"),
        "agreement_with_plurality_without_ties": _("agreement with the plurality, without ties"),
        "cohen_kappa_with_plurality": _("Cohen's kappa with the plurality"),
        "cohen_kappa_with_plurality_without_ties": _("Cohen's kappa with the plurality, without ties"),
        "position_consistency": _("same verdict in both orders"),
        "inconsistency_rate": _("verdict changes with the order"),
        "tie_rate": _("ties"),
        "win_rate": _("win rate"),
        "win_rate_of_plurality": _("win rate by the plurality"),
        "mean_score": _("mean score"),
        "mean_error_weight": _("mean weight of marked errors"),
        "mean_error_weight_corrected": _("mean weight of errors by people, from their marks and the judge's"),
        "first_share": _("verdicts for the answer shown first"),
        "primacy": _("the answer shown first wins in both orders"),
        "recency": _("the answer shown second wins in both orders"),
        "order_fairness_p": _("p of first and second place being alike"),
        "fleiss_kappa": _("Fleiss' kappa"),
        "conger_kappa": _("Conger's kappa"),
        "brennan_prediger": _("Brennan and Prediger's coefficient"),
        "gwet_ac1": _("Gwet's AC1"),
        "gwet_ac2": _("Gwet's AC2"),
        "kendall_w": _("Kendall's W"),
        "kendall_w_of_rankings": _("Kendall's W of rankings"),
        "kendall_w_of_orders": _("Kendall's W of a judge's own orders"),
        "kendall_tau_b_of_rankings": _("Kendall's tau with people's mean ranking"),
        "same_target_judge": _("agreement with the other votes"),
        "same_target_people": _("people's agreement with the other votes"),
        "same_target_difference": _("agreement with the other votes, less people's"),
        "same_target_relative_to_people": _("agreement with the other votes, relative to people's"),
        "pearson_with_mean": _("Pearson's r with people's mean"),
        "spearman_with_mean": _("Spearman's rho with people's mean"),
        "mean_absolute_error_with_mean": _("mean distance from people's mean"),
        "system_kendall_tau_b": _("Kendall's tau of the systems' means"),
        "bradley_terry": _("strength (Bradley and Terry)"),
        "davidson": _("strength (Davidson)"),
        "rank_best": _("best rank it may have"),
        "rank_worst": _("worst rank it may have"),
        "pairs_told_apart": _("pairs of systems that can be told apart"),
        "agreement_with_rest": _("agreement with all others"),
        "ability": _("agreement with what most others say"),
        "drift": _("change of that agreement from first to last rating"),
        "spam_score": _("how far answers follow the task (0: not at all)"),
        "pair_agreement": _("agreement of the two"),
        "leniency": _("leniency: mean less the others'"),
        "spread_ratio": _("spread of scores over the others'"),
        "extremes_difference": _("share of scores at either end, less the others'"),
        "longer_preferred": _("verdicts for the longer answer"),
        "longer_preferred_difference": _("verdicts for the longer answer, less people's"),
        "length_controlled_win_rate": _("win rate at equal length"),
        "self_preference": _("preference for its own family"),
        "self_consistency": _("same answer when asked again"),
        "self_alpha": _("alpha with itself when asked again"),
        "brier_score": _("Brier score of stated confidence"),
        "log_loss": _("log loss of stated confidence"),
        "area_under_curve": _("area under the curve of stated confidence"),
        "calibration_error": _("calibration error"),
        "calibration_error_by_chance": _("calibration error that chance alone gives"),
        "calibration_error_debiased": _("calibration error, debiased"),
        "spiegelhalter_p": _("p of stated confidence being right"),
        "risk_coverage_area": _("area under risk and coverage"),
        "expected_saving": _("share of human labels that the judge saves"),
        "win_rate_corrected": _("win rate by people, from their labels and the judge's verdicts"),
        "mean_score_corrected": _("mean score by people, from their labels and the judge's verdicts"),
        "marks_anything_agreement": _("agreement on whether anything is marked"),
        "marks_anything_alpha": _("alpha of whether anything is marked"),
        "character_f1": _("F1 of marked characters"),
        "character_f1_by_category": _("F1 of marked characters of one category"),
        "span_f1": _("F1 of overlapping passages"),
        "span_f1_by_category": _("F1 of overlapping passages of one category"),
        "noise_ceiling_lower": _("noise ceiling, lower end"),
        "noise_ceiling_upper": _("noise ceiling, upper end"),
        "effective_judges": _("independent judges that the panel is worth"),
        "vote_agreement": _("votes equal to people's mode"),
        "vote_people": _("votes of people equal to the others' mode"),
        "vote_bias": _("modes unlike people's (AlpacaEval's bias)"),
        "vote_variance": _("votes unlike the judge's own mode (AlpacaEval's variance)"),
    }


def list_statistics() -> list[tuple[str, str]]:
    """Statistics whose name holds no value, each with its words, by name."""
    return sorted(_list_words().items())
