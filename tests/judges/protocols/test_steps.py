import pytest

from judges.protocols.steps import Act, Step

NAMES = {
    "": Step(),
    "repair": Step(act=Act.REPAIR),
    "criterion-2": Step(2),
    "sample-3/repair": Step(0, 3, Act.REPAIR),
    "criterion-12/sample-40/critique": Step(12, 40, Act.CRITIQUE),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_and_its_step_say_the_same(name: str) -> None:
    assert Step.read(name) == NAMES[name]
    assert str(NAMES[name]) == name


@pytest.mark.parametrize("name", ["verdict", "criterion-x", "sample-"])
def test_another_name_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=r"valid|invalid"):
        Step.read(name)
