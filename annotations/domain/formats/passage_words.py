"""Categories and severities of marked passages, where a manifest lists none: those that its ratings use."""

from collections import defaultdict
from typing import Any  # options are JSON

from annotations.domain.formats.criteria import MOST_CHOICES, CriterionSpec
from annotations.domain.formats.lines import RatingLine
from annotations.domain.reading.spans import CHOSEN, LONGEST_WORD, list_choices


class PassageWords:
    """The words that the passages of each criterion carry, read line by line."""

    def __init__(self) -> None:
        self._seen: dict[CriterionSpec, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def add(self, rating: RatingLine) -> None:
        options = rating.criterion.options
        listed = {field: list_choices(options[key]) for field, key in CHOSEN.items() if options.get(key)}
        for span in rating.spans or ():
            if any(span.get(field) not in words for field, words in listed.items()):
                continue  # tests of attention stand among the ratings of MQM, under a severity of their own
            for field in CHOSEN.keys() - listed.keys():
                seen, word = self._seen[rating.criterion][field], span.get(field)
                if word and len(seen) <= MOST_CHOICES:
                    seen.add(word)

    def complete(self, criterion: CriterionSpec) -> dict[str, Any]:
        """The options of a criterion with the words that it does not list itself.

        Words that are too long or too many to choose from are free text, and stay unlisted.
        """
        options = dict(criterion.options)
        for field, words in self._seen.get(criterion, {}).items():
            if len(words) <= MOST_CHOICES and all(len(word) <= LONGEST_WORD for word in words):
                options[CHOSEN[field]] = sorted(words)
        return options
