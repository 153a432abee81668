"""Numbers in Russian words, in all their cases."""

from collections.abc import Sequence
from fractions import Fraction

from evalplatform.metrics.numbers.compose import Number, Table, read_cardinal

# Value: its forms. `ё` is written `е` here, as it mostly is.
FORMS = {
    0: "ноль нуль ноля нуля нолю нулю нолем нулем ноле нуле",
    1: "один одна одно одного одной одному одну одним одною одном",
    2: "два две двух двум двумя",
    3: "три трех трем тремя",
    4: "четыре четырех четырем четырьмя",
    8: "восемь восьми восемью восьмью",
    40: "сорок сорока",
    50: "пятьдесят пятидесяти пятьюдесятью",
    60: "шестьдесят шестидесяти шестьюдесятью",
    70: "семьдесят семидесяти семьюдесятью",
    80: "восемьдесят восьмидесяти восемьюдесятью восьмьюдесятью",
    90: "девяносто девяноста",
    100: "сто ста",
    200: "двести двухсот двумстам двумястами двухстах",
    300: "триста трехсот тремстам тремястами трехстах",
    400: "четыреста четырехсот четыремстам четырьмястами четырехстах",
    500: "пятьсот пятисот пятистам пятьюстами пятистах",
    600: "шестьсот шестисот шестистам шестьюстами шестистах",
    700: "семьсот семисот семистам семьюстами семистах",
    800: "восемьсот восьмисот восьмистам восемьюстами восьмьюстами восьмистах",
    900: "девятьсот девятисот девятистам девятьюстами девятистах",
}
# Those that end in a soft sign take `и` and `ью`.
SOFT = {
    5: "пят", 6: "шест", 7: "сем", 9: "девят", 10: "десят", 11: "одиннадцат", 12: "двенадцат", 13: "тринадцат",
    14: "четырнадцат", 15: "пятнадцат", 16: "шестнадцат", 17: "семнадцат", 18: "восемнадцат", 19: "девятнадцат",
    20: "двадцат", 30: "тридцат",
}  # fmt: skip
SMALL = {form: value for value, forms in FORMS.items() for form in forms.split()} | {
    stem + ending: value for value, stem in SOFT.items() for ending in ("ь", "и", "ью")
}
BIG = {10**6: "миллион", 10**9: "миллиард", 10**12: "триллион"}
SHORT = {"тыс": 10**3, "млн": 10**6, "млрд": 10**9, "трлн": 10**12}
THOUSAND = "тысяча тысячи тысяче тысячу тысячей тысячею тысячью тысяч тысячам тысячами тысячах"
MASCULINE = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
SCALES = (
    SHORT
    | dict.fromkeys(THOUSAND.split(), 1000)
    | {stem + ending: scale for scale, stem in BIG.items() for ending in MASCULINE}
)
TABLE = Table(SMALL, SCALES)

STEMS = {1: "перв", 2: "втор", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 40: "сороков"} | {
    value: stem for value, stem in SOFT.items() if value >= 9
}
STEMS |= {50: "пятидесят", 60: "шестидесят", 70: "семидесят", 80: "восьмидесят", 90: "девяност", 100: "сот"}
STEMS |= {200: "двухсот", 300: "трехсот", 400: "четырехсот", 500: "пятисот", 1000: "тысячн"}
ENDINGS = ("ый", "ой", "ая", "ое", "ого", "ому", "ую", "ым", "ою", "ом", "ые", "ых", "ыми")
THIRD = "третий третья третье третьего третьей третьему третью третьим третьем третьи третьих третьими"
ORDINALS = {stem + ending: value for value, stem in STEMS.items() for ending in ENDINGS}
ORDINALS |= dict.fromkeys(THIRD.split(), 3)
CARDINALS = {value: form for form, value in {**SCALES, **SMALL}.items()}

WHOLES = frozenset({"целая", "целых", "целой", "целые"})
HALF = frozenset({"половина", "половину", "половины", "половиной", "половине"})
ONE_AND_A_HALF = frozenset({"полтора", "полторы", "полутора"})
SHARES = {"треть": 3, "трети": 3, "третей": 3, "четверть": 4, "четверти": 4, "четвертей": 4}
MANY = ("ых", "их")


def read_russian(words: Sequence[str]) -> Number | None:
    """The number that the lower-case words say, `ё` written `е`; None where they say none."""
    if words and words[0] == "минус":
        number = read_russian(words[1:])
        positive = number and not number.is_ordinal and words[1] != "минус"
        return Number(-number.value) if number and positive else None
    value = _read_value(words)
    if value is not None:
        return Number(value)
    return _read_ordinal(words)


def _read_value(words: Sequence[str]) -> Fraction | None:
    whole = read_cardinal(words, TABLE)
    if whole is not None:
        return Fraction(whole)
    if len(words) == 1 and words[0] in ONE_AND_A_HALF:
        return Fraction(3, 2)
    if len(words) > 2 and words[-2] == "с" and words[-1] == "половиной":
        whole = read_cardinal(words[:-2], TABLE)
        return None if whole is None else whole + Fraction(1, 2)
    return _read_mixed(words) or _read_share(words)


def _read_mixed(words: Sequence[str]) -> Fraction | None:
    """`ноль целых пять десятых`, `одна целая и две трети`."""
    at = next((i for i, word in enumerate(words) if word in WHOLES), None)
    if at is None:
        return None
    rest = words[at + 1 :]
    share = _read_share(rest[1:] if rest and rest[0] == "и" else rest)
    whole = read_cardinal(words[:at], TABLE)
    return None if whole is None or share is None or share >= 1 else whole + share


def _read_share(words: Sequence[str]) -> Fraction | None:
    *many, part = words or ("",)
    count = read_cardinal(many, TABLE) if many else 1
    if part in HALF:
        return Fraction(1, 2) if not many else None
    if part in SHARES:
        return Fraction(count, SHARES[part]) if count else None
    if not many or count is None or part not in ORDINALS or _might_be_ordinal(count, ORDINALS[part]):
        return None
    is_one = count == 1 and many == ["одна"] and part.endswith(("ая", "ья"))
    is_many = count != 1 and part.endswith(MANY) and ORDINALS[part] > 2
    return Fraction(count, ORDINALS[part]) if is_one or is_many else None


def _might_be_ordinal(count: int, part: int) -> bool:
    """`двадцать пятых` may be twenty fifths or those of the twenty-fifth: nobody can tell."""
    return part < 1000 and read_cardinal([*_say(count), CARDINALS[part]], TABLE) is not None


def _say(count: int) -> list[str]:
    """Words that end as the count does, which is all that decides what may follow."""
    if not count:
        return [CARDINALS[0]]
    place = next(place for place in (1, 10, 100, 1000) if place == 1000 or count % (place * 10))
    last = count % 100 if place == 1 and 10 < count % 100 < 20 else count % (place * 10)
    return [CARDINALS.get(last, "тысяча")]


def _read_ordinal(words: Sequence[str]) -> Number | None:
    if not words or words[-1] not in ORDINALS:
        return None
    value = ORDINALS[words[-1]]
    is_share = words[-1].endswith(MANY) and value > 2  # or nobody can tell
    if len(words) > 1 and (is_share or value == 1000):
        return None
    whole = read_cardinal([*words[:-1], CARDINALS[value]], TABLE)
    return None if whole is None else Number(Fraction(whole), is_ordinal=True)
