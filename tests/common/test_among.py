import pytest
from django.db.models import F

from annotations.models import Item
from evalplatform.common.among import Among, AmongTexts
from tests.factories.ledger import make_item, make_project


@pytest.mark.database
def test_it_finds_what_in_finds() -> None:
    project = make_project()
    items = [make_item(project) for _ in range(3)]
    asked = [items[0].pk, items[2].pk, 10**12]
    found = Item.objects.filter(Among(F("id"), asked)).order_by("pk")
    assert list(found) == list(Item.objects.filter(id__in=asked).order_by("pk")) == [items[0], items[2]]
    assert list(Item.objects.filter(Among(F("project_id"), {project.pk}), key=items[1].key)) == [items[1]]


@pytest.mark.database
def test_none_match_none() -> None:
    make_item(make_project())
    assert list(Item.objects.filter(Among(F("id"), []))) == []


@pytest.mark.database
def test_it_finds_texts_as_they_are_spelled() -> None:
    project = make_project()
    names = ["12", 'it\'s "quoted", {a}', "Ünï\\", "x"]
    items = [make_item(project, key=name) for name in names]
    assert list(Item.objects.filter(AmongTexts(F("key"), names[:3])).order_by("pk")) == items[:3]
    assert list(Item.objects.filter(AmongTexts(F("key"), ["1", "X"]))) == []
    assert list(Item.objects.filter(AmongTexts(F("key"), []))) == []
