from typing import Any

import pytest

from annotations.models import Criterion, Level
from judges.protocols.scales import build_schema, describe_scale
from tests.factories.ledger import scale


@pytest.mark.parametrize(
    ("fields", "schema"),
    [
        ({"level": Level.PREFERENCE}, {"enum": ["first", "second", "tie"]}),
        (
            {"level": Level.PREFERENCE, "values": scale("first", "second", "both_bad")},
            {"enum": ["first", "second", "both_bad"]},
        ),
        ({"values": scale(1, 2, 3)}, {"type": "integer", "minimum": 1, "maximum": 3}),
        ({"values": scale(0, 0.5, 1)}, {"enum": [0, 0.5, 1]}),
        ({"values": scale(1, 3, 5)}, {"enum": [1, 3, 5]}),
        ({"values": scale(1, 5), "fractions": True}, {"type": "number", "minimum": 1, "maximum": 5}),
        ({"minimum": 0.0, "maximum": 100.0}, {"type": "integer", "minimum": 0, "maximum": 100}),
        (
            {"minimum": 0.0, "maximum": 1.5, "fractions": True},
            {"type": "number", "minimum": 0, "maximum": 1.5},
        ),
        ({"level": Level.NOMINAL, "values": scale("safe", "unsafe")}, {"enum": ["safe", "unsafe"]}),
        ({"level": Level.TEXT}, {"type": "string"}),
        ({"level": Level.UNSTATED}, {"type": "number"}),
    ],
)
def test_a_scale_becomes_a_schema(fields: dict[str, Any], schema: dict[str, Any]) -> None:
    assert describe_scale(Criterion(key="c", **{"level": Level.ORDINAL, **fields})) == schema


def test_the_rationale_comes_before_the_value() -> None:
    schema = build_schema([Criterion(key="c", level=Level.TEXT)], rationale=True)
    assert schema["properties"]["c"]["required"] == ["rationale", "value"]
    assert schema["additionalProperties"] is False
    bare = build_schema([Criterion(key="c", level=Level.TEXT)], rationale=False)
    assert bare["properties"]["c"]["required"] == ["value"]
