"""Every real set is imported, rated with the keyboard alone, exported and compared."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.domain.formats.rater_names import name_raters
from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from annotations.models import Annotation, Project, Rating, Role
from tests.e2e.test_rating import WCAG, sign_in, wait_until_ready
from tests.factories.ledger import make_person
from tests.factories.studies import find_studies, take_share

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.database(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.skipif(not find_studies().is_dir(), reason="the study folders are not at hand"),
]
# Every set that has texts, and one item in how many is taken: two or three, of all kinds that the set holds.
SETS = {
    "dices350": 150, "fed": 247, "hanna": 40, "llmbar": 150,
    "mqm-ende": 40, "mt-bench": 30, "nullmodel": 300, "ttcw": 5,
}  # fmt: skip
LOOKS = (("light", 1280, 800, "en"), ("dark", 390, 844, "ru"))
MOST_RATED = 4
Said = tuple[str, int, str, str, str]


def answer_by_keyboard(page: Page) -> None:
    """Answer every question of the task by its first key, mark a word where passages are asked, and send."""
    before = wait_until_ready(page)
    for place in range(page.locator("[data-criterion]").count()):
        criterion = page.locator("[data-criterion]").nth(place)
        kind = criterion.get_attribute("data-kind")
        assert kind in ("choice", "spans", "number"), kind
        assert "active" in (criterion.get_attribute("class") or "").split()
        if kind == "spans":
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Enter")
            while page.locator("[data-picker]:visible").count():
                page.keyboard.press("1")
            page.keyboard.press("Control+Enter")
        elif kind == "choice":
            page.keyboard.press(criterion.locator("[data-key]").first.get_attribute("data-key") or "")
        else:
            page.keyboard.type("1")
            page.keyboard.press("Enter")
    page.wait_for_function(
        "id => document.querySelector('#stage > .stage').dataset.assignment !== id", arg=before
    )
    # the next task is shown before the answer is stored
    page.locator("#stage:not([data-sending])").wait_for()


def choose_language(page: Page, language: str) -> None:
    page.locator(f"button[name=language][value={language}]").click()
    page.locator(f"html[lang={language}]").wait_for()


def look(page: Page, screenshots: Path, name: str) -> None:
    """The task at both widths, in both languages and schemes, without a fault of accessibility."""
    for scheme, width, height, language in LOOKS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it wants
        page.set_viewport_size({"width": width, "height": height})
        choose_language(page, language)
        wait_until_ready(page)
        page.screenshot(path=screenshots / f"set-{name}-{scheme}.png", full_page=True, caret="initial")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []


def list_said(project: Project, rater: str) -> list[Said]:
    """What one person said of each task, in terms that outlive an export."""
    ratings = Rating.objects.filter(project=project, annotation__rater__name=rater)
    return sorted(
        (
            rating.annotation.task.item.key,
            rating.annotation.task.turn or 0,
            rating.criterion.name,
            rating.annotation.shown_order,
            repr(rating.number if rating.number is not None else rating.code or rating.spans),
        )
        for rating in ratings.select_related("annotation__task__item", "criterion")
    )


@pytest.mark.parametrize("name", SETS)
def test_a_real_set_is_rated_by_keyboard_exported_and_compared(
    page: Page, live_server: LiveServer, screenshots: Path, tmp_path: Path, name: str
) -> None:
    cut = take_share(find_studies() / name, tmp_path / "cut", every=SETS[name])
    study = import_study(folder=cut, slug=name, overlap=1)
    project, rated = study.project, min(study.ratable, MOST_RATED)
    assert rated > 1
    grace = make_person(project)
    sign_in(page, live_server, grace)
    page.goto(f"{live_server.url}/p/{name}/rate/")
    look(page, screenshots, name)
    for _ in range(rated):
        answer_by_keyboard(page)
    answers = Annotation.objects.filter(rater=grace, is_current=True)
    assert answers.count() == rated
    for answer in answers:
        assert answer.ratings.count() == answer.task.rubric.criteria.count()

    export_study(project=project, folder=tmp_path / "out")
    again = import_study(folder=tmp_path / "out", slug=f"{name}-again").project
    assert list_said(again, name_raters(project)[grace.pk]) == list_said(project, grace.name) != []

    choose_language(page, "en")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, live_server, make_person(project, role=Role.RESEARCHER))
    page.goto(f"{live_server.url}/p/{name}/report/", timeout=120_000)
    assert page.locator("main table").count() > 0
