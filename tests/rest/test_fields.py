"""Bodies are read by serializers that are built once; what is wrong is said as by one of the caller's own."""

from typing import Any

import pytest
from django.utils import translation
from rest_framework import serializers

from evalplatform.rest.fields import BodySerializer, read_body, represent


class Order(BodySerializer):
    name = serializers.CharField(max_length=3)
    count = serializers.IntegerField(min_value=1, default=1)


def refuse(body: Any) -> Any:
    with pytest.raises(serializers.ValidationError) as caught:
        read_body(Order, body)
    return caught.value.detail


def test_one_body_leaves_nothing_to_the_next() -> None:
    assert read_body(Order, {"name": "ada", "count": 5}) == {"name": "ada", "count": 5}
    assert read_body(Order, {"name": "bo"}) == {"name": "bo", "count": 1}
    refuse({})
    assert read_body(Order, {"name": "ada"}) == {"name": "ada", "count": 1}


def test_everybody_is_told_in_their_own_language() -> None:
    with translation.override("ru"):
        assert "3" in str(russian := refuse({"name": "Grace"})["name"][0])
    with translation.override("en"):
        assert refuse({"name": "Grace"})["name"] == ["Ensure this field has no more than 3 characters."]
    assert "Ensure" not in str(russian)


@pytest.mark.parametrize("body", [None, [], "a text", {"name": None}, {}])
def test_a_fault_reads_as_that_of_a_serializer_of_ones_own(body: Any) -> None:
    own = Order(data=body)
    assert not own.is_valid()
    assert refuse(body) == own.errors


def test_a_row_is_told_as_by_a_serializer_of_its_own() -> None:
    assert represent(Order, {"name": "ada", "count": 2}) == dict(Order({"name": "ada", "count": 2}).data)
