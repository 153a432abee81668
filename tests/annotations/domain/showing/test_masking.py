import pytest

from annotations.domain.showing.masking import HIDDEN, holds_name, mask_names


@pytest.mark.parametrize(
    ("text", "names", "families", "masked"),
    [
        ("I am Zephyr-7B, ask me.", ["zephyr-7b"], [], f"I am {HIDDEN}, ask me."),
        ("zephyr 7b, ZEPHYR_7B, zephyr\\_7b", ["zephyr-7b"], [], f"{HIDDEN}, {HIDDEN}, {HIDDEN}"),
        ("my_zephyr-7b_copy", ["zephyr-7b"], [], f"my_{HIDDEN}_copy"),
        ("gpt-4 and gpt-4-turbo", ["gpt-4", "gpt-4-turbo"], [], f"{HIDDEN} and {HIDDEN}"),
        ("Made by OpenAI.", ["x-1"], ["OpenAI"], f"Made by {HIDDEN}."),
        ("A metallic sound, a meta study", ["x-1"], ["meta"], f"A metallic sound, a {HIDDEN} study"),
        ("an IBM machine", ["x-1"], ["ibm"], "an IBM machine"),
        ("a b c", ["a", "b"], [], "a b c"),
        ("randomly, at random", ["random"], [], f"randomly, at {HIDDEN}"),
        (
            "Human error. gpt-4 is no human.",
            ["Human", "gpt-4"],
            ["human"],
            f"Human error. {HIDDEN} is no human.",
        ),
        ("nothing to hide", [], [""], "nothing to hide"),
        ("**GPT**-4, `GPT`-4, GPT-**4**", ["gpt-4"], [], f"**{HIDDEN}, `{HIDDEN}, {HIDDEN}**"),
        ("&#71;PT-4 or GPT&#45;4 or &#x47;PT-4", ["gpt-4"], [], f"{HIDDEN} or {HIDDEN} or {HIDDEN}"),
        ("GPT\u20114 GPT\u00ad-4 GPT\u200c-4", ["gpt-4"], [], f"{HIDDEN} {HIDDEN} {HIDDEN}"),
        ("ＧＰＴ-４", ["gpt-4"], [], HIDDEN),
        ("As o3, I think. do3r", ["o3"], [], f"As {HIDDEN}, I think. do3r"),
        ("5 &#60; 6 &#128512; &#7;", ["gpt-4"], [], "5 &#60; 6 &#128512; &#7;"),
        ("C++ (v2)", ["c++ (v2)"], [], HIDDEN),
    ],
)
def test_names_are_masked(text: str, names: list[str], families: list[str], masked: str) -> None:
    assert mask_names(text, names=names, families=families) == masked
    assert holds_name(text, names=names, families=families) == (HIDDEN in masked)
