"""Numbers in digits, and in Roman letters."""

import re
import unicodedata
from fractions import Fraction

from evalplatform.metrics.numbers.compose import Number

GAPS = " \u00a0\u2009\u202f'"
DIGITS = rf"[0-9]{{1,3}}(?:[{GAPS}][0-9]{{3}})+(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)*"
NUMERAL = re.compile(rf"[+-]?(?P<digits>{DIGITS})(?![0-9])(?:[eE](?P<power>[+-]?[0-9]{{1,2}})(?![0-9\w]))?")
FRACTION = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<whole>[0-9]{1,15}) )?(?P<top>[0-9]{1,15})/(?P<low>[0-9]{1,15})(?![0-9])"
)
VULGAR = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]{0,15}) ?(?P<part>[¼-¾⅐-⅞])")
ENGLISH_ORDINAL = re.compile(r"([0-9]{1,15})(st|nd|rd|th)\b", re.IGNORECASE)
RUSSIAN_ORDINAL = re.compile(r"([0-9]{1,15})-(?:й|я|е|го|му|ый|ий|ой|ая|ое|ого|ому)\b", re.IGNORECASE)
ROMAN = re.compile(r"(?=[IVXLCDM]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?!\w)")
LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
LONGEST = 100


def read_numeral(text: str, *, decimal_comma: bool = False) -> tuple[Number, int] | None:
    """The number that `text` begins with, and where it ends; None where it begins with none.

    `1,000` is a thousand, unless `decimal_comma` says that a comma never parts thousands; `3,5` is three and a half
    and `1.5` one and a half everywhere. One Roman letter is a letter.
    """
    for read in (_read_ordinal, _read_vulgar, _read_fraction, _read_roman):
        if found := read(text):
            return found
    if not (match := NUMERAL.match(text)) or match.end() > LONGEST:
        return None
    plain = _make_plain(match["digits"], decimal_comma)
    if plain is None:
        return None
    value = Fraction(plain) * Fraction(10) ** int(match["power"] or 0)
    return Number(-value if text[0] == "-" else value), match.end()


def _read_ordinal(text: str) -> tuple[Number, int] | None:
    match = RUSSIAN_ORDINAL.match(text) or ENGLISH_ORDINAL.match(text)
    if not match or (match.re is ENGLISH_ORDINAL and match[2].lower() != _end_english(int(match[1]))):
        return None
    return Number(Fraction(int(match[1])), is_ordinal=True), match.end()


def _end_english(value: int) -> str:
    return "th" if value // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _read_fraction(text: str) -> tuple[Number, int] | None:
    match = FRACTION.match(text)
    if not match or not int(match["low"]):
        return None
    value = int(match["whole"] or 0) + Fraction(int(match["top"]), int(match["low"]))
    return Number(-value if match["sign"] == "-" else value), match.end()


def _read_vulgar(text: str) -> tuple[Number, int] | None:
    if not (match := VULGAR.match(text)):
        return None
    top, _, low = unicodedata.normalize("NFKC", match["part"]).partition("\u2044")
    value = int(match["whole"] or 0) + Fraction(int(top), int(low))
    return Number(-value if match["sign"] == "-" else value), match.end()


def _read_roman(text: str) -> tuple[Number, int] | None:
    if not (match := ROMAN.match(text)):
        return None
    values = [LETTERS[letter] for letter in match[0]]
    after = [*values[1:], 0]
    total = sum(
        -value if value < following else value for value, following in zip(values, after, strict=True)
    )
    return Number(Fraction(total)), match.end()


def _make_plain(digits: str, decimal_comma: bool) -> str | None:
    """Digits with a point at most; None where the separators make no sense."""
    digits = re.sub(f"[{GAPS}]", "", digits)
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        return _split(digits, *((",", ".") if digits.rfind(".") > digits.rfind(",") else (".", ",")))
    if dots > 1:
        return _split(digits, ".", ",")
    if commas > 1 or (commas and not decimal_comma and re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", digits)):
        return _split(digits, ",", ".")
    return digits.replace(",", ".")


def _split(digits: str, thousands: str, decimal: str) -> str | None:
    whole, *rest = digits.split(decimal)
    first, *groups = whole.split(thousands)
    fits = 1 <= len(first) <= 3 and first[0] != "0" and all(len(group) == 3 for group in groups)
    if not fits or len(rest) > 1 or any(thousands in part for part in rest):
        return None
    return ".".join(["".join([first, *groups]), *rest])
