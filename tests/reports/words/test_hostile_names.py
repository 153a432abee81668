"""Names come from elsewhere: whatever stands in them, reports are printed and drawn, and obey nothing in them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from annotations.models import Project, System
from evalplatform.common.texts import show_controls

pytestmark = [pytest.mark.database, pytest.mark.one_database]

NAMES = ["[/b]evil", "[bold red]evil", "\x1b]0;evil\x07", "a\x01b", "\ufffe", "😀" * 40, "x" * 200]


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_printed_and_drawn(rated: Project, name: str, tmp_path: Path) -> None:
    System.objects.filter(pk=rated.systems.order_by("name")[0].pk).update(name=name)
    out = StringIO()

    call_command("report", "rated", stdout=out)
    call_command("report", "rated", "--out", str(tmp_path), stdout=StringIO(), stderr=StringIO())

    printed = out.getvalue()
    assert show_controls(printed) == printed
    if name.isprintable() and len(name) < 20:
        assert name in printed
    for picture in ("leaderboard.svg", "forest.svg", "heat-map.svg"):
        assert (tmp_path / picture).read_text().startswith("<svg")
