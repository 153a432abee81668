from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from evalplatform.management.supervisor import SupervisorError, make_private_folder, prepare_database


@pytest.mark.database
def test_outside_the_embedded_default_a_database_behind_the_code_is_refused(settings: Settings) -> None:
    settings.EMBEDDED = False
    prepare_database()
    last = MigrationRecorder.Migration.objects.filter(app="judges").latest("id")
    last.delete()
    with pytest.raises(SupervisorError, match=r"lacks 1 migration\(s\): run `manage\.py migrate`"):
        prepare_database()


def test_a_private_folder_is_closed_even_if_it_was_open(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    make_private_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_in_the_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SupervisorError, match="belongs to somebody else"):
        make_private_folder(tmp_path / "run")
