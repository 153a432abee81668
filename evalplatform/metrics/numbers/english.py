"""Numbers in English words."""

from collections.abc import Sequence
from fractions import Fraction

from evalplatform.metrics.numbers.compose import Number, Table, read_cardinal

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: value for value, word in enumerate(ONES.split())} | {
    word: 10 * value for value, word in enumerate(TENS.split(), start=2)
}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
TABLE = Table(SMALL, SCALES, frozenset({"hundred"}), frozenset({"and"}))

IRREGULAR = {
    "first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine",
    "twelfth": "twelve",
}  # fmt: skip
REGULAR = {word for word in (*SMALL, *SCALES, "hundred") if word not in IRREGULAR.values()}
# Each ordinal's last word, and the cardinal that it stands for.
ORDINALS = IRREGULAR | {
    f"{word.removesuffix('y')}ieth" if word in TENS.split() else f"{word}th": word for word in REGULAR
}
HALVES_AND_QUARTERS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4}
ARTICLES = ("a", "an")


def read_english(words: Sequence[str]) -> Number | None:
    """The number that the lower-case words say, hyphens taken apart; None where they say none."""
    if words and words[0] in ("minus", "negative"):
        number = read_english(words[1:])
        positive = number and not number.is_ordinal and words[1] not in ("minus", "negative")
        return Number(-number.value) if number and positive else None
    value = _read_value(words)
    if value is not None:
        return Number(value)
    return _read_ordinal(words)


def _read_value(words: Sequence[str]) -> Fraction | None:
    if "point" in words:
        return _read_decimal(words)
    if (whole := _read_whole(words)) is not None:
        return Fraction(whole)
    if (share := _read_share(words)) is not None:
        return share
    return _read_mixed(words)


def _read_whole(words: Sequence[str]) -> int | None:
    """`a hundred` is one hundred; `a two` is nothing."""
    if words and words[0] in ARTICLES:
        has_multiple = len(words) > 1 and (words[1] in SCALES or words[1] == "hundred")
        words = words[1:] if has_multiple else ()
    return read_cardinal(words, TABLE)


def _read_decimal(words: Sequence[str]) -> Fraction | None:
    at = words.index("point")
    whole = read_cardinal(words[:at], TABLE) if at else 0
    digits = [SMALL.get(word, 10) for word in words[at + 1 :]]
    if whole is None or not digits or max(digits) > 9:
        return None
    return whole + Fraction(int("".join(map(str, digits))), 10 ** len(digits))


def _read_share(words: Sequence[str]) -> Fraction | None:
    """`half`, `a quarter`, `one third`, `two thirds`; `a third` may be an ordinal and is left alone."""
    *many, part = words or ("",)
    count = read_cardinal(many, TABLE)
    if part in HALVES_AND_QUARTERS:
        is_one = part in ("half", "quarter")
        if is_one and (not many or many in (["a"], ["one"])):
            return Fraction(1, HALVES_AND_QUARTERS[part])
        return Fraction(count, HALVES_AND_QUARTERS[part]) if not is_one and count else None
    if count == 1 and part in ORDINALS and part not in ("first", "second"):
        return Fraction(1, _read_part(part))
    is_many = part.endswith("s") and part[:-1] in ORDINALS and part not in ("firsts", "seconds")
    return Fraction(count, _read_part(part[:-1])) if is_many and count and count > 1 else None


def _read_part(ordinal: str) -> int:
    return read_cardinal([ORDINALS[ordinal]], TABLE) or 1


def _read_mixed(words: Sequence[str]) -> Fraction | None:
    """`two and a half`."""
    for at in (i for i, word in enumerate(words) if word == "and"):
        whole, share = _read_whole(words[:at]), _read_share(words[at + 1 :])
        if whole is not None and share is not None and share < 1:
            return whole + share
    return None


def _read_ordinal(words: Sequence[str]) -> Number | None:
    if not words or words[-1] not in ORDINALS or words[0] in ARTICLES:
        return None
    whole = read_cardinal([*words[:-1], ORDINALS[words[-1]]], TABLE)
    return None if whole is None else Number(Fraction(whole), is_ordinal=True)
