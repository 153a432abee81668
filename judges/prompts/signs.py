"""Signs that a text speaks to its judge: patterns in English and Russian. A sign drops nothing and decides nothing.

They find careless attacks, miss others, and also mark honest texts about judging: somebody has to look.
"""

import re
from collections.abc import Iterable

from judges.prompts.fences import IN_A_ROW, INVISIBLE


def _compile(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)


# Every gap is bounded, so the time grows with the length of the text alone.
SIGNS = {
    "sets instructions aside": _compile(
        r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:rubric|instruction|criteri|prompt|rules?\b)",
        r"\b(?:забудь|игнорируй|проигнорируй|отбрось|не обращай).{0,40}\b(?:критери|инструкц|указани|правил|промпт)",
    ),
    "speaks to the judge": _compile(
        r"\b(?:judge|grader|evaluator|assessor)s?\s*[:,!]",
        r"\b(?:судья|эксперт|оценщик|проверяющий)\s*[:,!]",
        r"\bbefore you (?:reply|answer|judge|rate)\b",
        r"\bbinding for\b.{0,20}\bjudges\b",
    ),
    "asks for a rating": _compile(
        r"\b(?:rate|grade|score|evaluate|prefer|choose)\b.{0,20}\b(?:this|my)\b.{0,20}\b(?:answer|response|reply|text)\b",
        r"\b(?:оцени|поставь|выбери|предпочти)(?:те)?\b.{0,30}\b(?:этот|мой|моему|этому)\b.{0,20}\bответу?\b",
        r"\breply with\b.{0,40}\b(?:json|word)\b",
    ),
    "plays a role": _compile(r"^[ \t]*(?:system|assistant|developer)[ \t]*:", r"<\|?im_(?:start|end)\|?>"),
    "forges an end": _compile(
        r"<</?[0-9a-f]{6,}", r"^[# \t]*end of (?:material|answer|prompt|data)", r"^the material ends here",
        r"^материал закончился",
    ),
    "brings a verdict": _compile(r'"(?:verdict|value|score|rating|rationale)"\s*:'),
    "hides characters": re.compile(f"{INVISIBLE.pattern}|{IN_A_ROW.pattern}"),
}  # fmt: skip


def find_signs(texts: Iterable[str]) -> tuple[str, ...]:
    """Which signs stand in any of the texts, by name."""
    held = list(texts)
    return tuple(name for name, pattern in SIGNS.items() if any(pattern.search(text) for text in held))
