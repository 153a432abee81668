"""What comes in: query parameters and bodies, each field declared, anything else refused by name."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any  # bodies are JSON

from django.http import QueryDict
from rest_framework import serializers

from evalplatform.common.errors import Fault, Invalid

LARGEST_PAGE = 1000
NUMBER = (int, float)
JSON_TYPES: dict[type[serializers.Field[Any, Any, Any, Any]], tuple[type, ...]] = {
    serializers.CharField: (str,),
    serializers.DateTimeField: (str,),
    serializers.IntegerField: (int,),
    serializers.FloatField: NUMBER,
    serializers.DecimalField: NUMBER,
    serializers.BooleanField: (bool,),
}


class BodySerializer(serializers.Serializer[Any]):
    """The base of every body that is taken: fields not declared, or of another JSON type, are refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refuse_unknown(data, (name for name, field in self.fields.items() if not field.read_only))
            _refuse(
                [name for name, value in data.items() if not _fits(self.fields[name], value)],
                "is of another type",
            )
        return super().to_internal_value(data)


class QuerySerializer(serializers.Serializer[Any]):
    """The base of every set of query parameters; by itself: none are taken."""


class PageQuery(QuerySerializer):
    """What every list takes."""

    cursor = serializers.CharField(required=False, help_text="Where to go on: from `next` or `previous`.")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_PAGE, help_text="Rows a page; 100 unless told."
    )


def read_query(serializer_class: type[QuerySerializer], parameters: QueryDict) -> dict[str, Any]:
    """The parameters, checked and typed. Raises Invalid or ValidationError, which name the field."""
    if serializer_class is QuerySerializer:  # most requests: nothing is declared, and nothing need be built
        refuse_unknown(parameters, ())
        return {}
    serializer = serializer_class(data=parameters.dict())
    refuse_unknown(parameters, serializer.fields)
    twice = [name for name, values in parameters.lists() if len(values) > 1]
    _refuse(twice, "given more than once")
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def read_body(serializer_class: type[BodySerializer], data: Any) -> dict[str, Any]:
    """The body, checked and typed. Raises Invalid or ValidationError, which name the field."""
    with suppress(serializers.ValidationError):
        return dict(_build(serializer_class).run_validation(data))
    serializer = serializer_class(data=data)  # what is wrong is said by a fresh one, in the caller's language
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def represent(serializer_class: type[serializers.Serializer[Any]], row: Any) -> dict[str, Any]:
    """What the serializer, which looks at nothing but the row, says of it."""
    return dict(_build(serializer_class).to_representation(row))


@cache
def _build(serializer_class: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Built once: making the fields takes longer than using them, and they keep nothing of what goes through them."""
    return serializer_class()


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise Invalid at every name that is given but not known."""
    _refuse(sorted(set(given) - set(known)), "there is no such field here")


def _fits(field: Any, value: Any) -> bool:
    """Whether the value is of the field's own JSON type: text is no number, and true is not 1."""
    for kind, types in JSON_TYPES.items():
        if isinstance(field, kind):
            return value is None or (
                isinstance(value, types) and (bool in types or not isinstance(value, bool))
            )
    return True


def _refuse(names: Iterable[str], message: str) -> None:
    faults = tuple(Fault(message, field=name) for name in names)
    if faults:
        raise Invalid(str(faults[0]), faults=faults)
