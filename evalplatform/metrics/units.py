"""Units of measure that have one meaning, by their names and signs in English and Russian."""

from fractions import Fraction
from typing import NamedTuple


class Unit(NamedTuple):
    """How many of its dimension's base unit it is."""

    dimension: str
    factor: Fraction


# (dimension, factor): signs, whose case counts, and names. Signs with two readings (г: gram or year) are left out.
METRIC: dict[tuple[str, str], str] = {
    ("length", "1/1000"): "mm мм millimetre millimetres millimeter millimeters миллиметр",
    ("length", "1/100"): "cm см centimetre centimetres centimeter centimeters сантиметр",
    ("length", "1"): "m м metre metres meter meters метр",
    ("length", "1000"): "km км Km KM kilometre kilometres kilometer kilometers километр",
    ("mass", "1/1000"): "mg мг milligram milligrams миллиграмм",
    ("mass", "1"): "g gram grams gramme grammes грамм",
    ("mass", "1000"): "kg кг Kg KG kilogram kilograms kilogramme kilogrammes килограмм",
    ("volume", "1/1000"): "ml мл mL millilitre millilitres milliliter milliliters миллилитр",
    ("volume", "1"): "l L л litre litres liter liters литр",
    ("time", "1/1000"): "ms мс millisecond milliseconds",
    ("time", "1"): "s sec сек second seconds",
    ("time", "60"): "min мин minute minutes",
    ("time", "3600"): "h ч hour hours час",
    ("percent", "1"): "% percent процент",
    ("dollar", "1"): "$ dollar dollars доллар",
    ("euro", "1"): "€ euro euros евро",
    ("rouble", "1"): "₽ rouble roubles ruble rubles руб",
}
# Russian names of the second declension take these; feminine ones are written out.
MASCULINE = ("а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
FEMININE = {"секунд": ("time", "1"), "минут": ("time", "60"), "миллисекунд": ("time", "1/1000")}
ROUBLE = "рубль рубля рублю рублем рублём рубле рубли рублей рублям рублями рублях"
DECLINED = "миллиметр сантиметр метр километр миллиграмм грамм килограмм миллилитр литр час процент доллар"


def _list_units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for (dimension, factor), words in METRIC.items():
        for word in words.split():
            forms = [word, *(word + ending for ending in MASCULINE)] if word in DECLINED.split() else [word]
            units |= dict.fromkeys(forms, Unit(dimension, Fraction(factor)))
    for stem, (dimension, factor) in FEMININE.items():
        forms = [stem + ending for ending in ("", "а", "ы", "е", "у", "ой", "ам", "ами", "ах")]
        units |= dict.fromkeys(forms, Unit(dimension, Fraction(factor)))
    return units | dict.fromkeys(ROUBLE.split(), units["₽"])


UNITS = _list_units()
SHORTEST_NAME = 4


def find_unit(text: str) -> Unit | None:
    """The unit that the whole text names; the case of a sign counts, that of a name does not.

    Example:
        >>> find_unit("Kilometres") == find_unit("км"), find_unit("Mg")
        (True, None)
    """
    word = text.strip().rstrip(".")
    return UNITS.get(word) or (UNITS.get(word.lower()) if len(word) >= SHORTEST_NAME else None)
