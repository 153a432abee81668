from evalplatform.metrics.length import count_characters, count_words


def test_characters_are_counted_without_the_space_around() -> None:
    assert count_characters("  two words\n") == 9
    assert count_characters("") == 0


def test_words_are_counted_in_any_script() -> None:
    assert count_words("Небо синее, it's blue!") == 5
    assert count_words("…") == 0
