from pathlib import Path

from evalplatform.settings.paths import LONGEST_SOCKET_PATH, store_socket


def test_the_socket_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert store_socket(Path("/srv/data")) == Path("/srv/data/run/valkey.sock")


def test_every_spelling_of_a_data_folder_names_one_socket(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "data")
    (tmp_path / "data").mkdir()
    assert store_socket(tmp_path / "link") == store_socket(tmp_path / "data")


def test_a_deep_data_folder_gets_a_short_socket_of_its_own() -> None:
    deep, other = Path("/srv") / ("d" * 120), Path("/srv") / ("e" * 120)
    assert store_socket(deep) == store_socket(deep)
    assert len(str(store_socket(deep))) <= LONGEST_SOCKET_PATH
    assert store_socket(deep) != store_socket(other)
