"""A researcher works with judges by the keyboard alone: connect, add, try, watch, brake, look into calls."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Annotation, Rater, Role
from judges.models import Attempt, Connection, Judge, RawReply, Run, RunState
from tests.e2e.test_hostile_texts import HOSTILE, assert_inert
from tests.e2e.test_rating import WCAG, sign_in
from tests.factories.judged import Scene, make_scene
from tests.factories.judging import work
from tests.factories.ledger import make_person
from tests.fakes.provider import FakeProvider

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
PATIENCE = 30_000  # milliseconds: the first report of a process draws its picture for long
KEY = "sk-planted-key-of-twenty"
FOCUSED = "document.activeElement && document.activeElement.innerText.trim()"


def make_researcher(scene: Scene) -> Rater:
    return make_person(scene.project, role=Role.RESEARCHER)


def work_elsewhere(run: Run) -> None:
    """Work on the run in a thread of its own: Playwright's loop runs in this one."""

    def work_and_let_go() -> None:
        try:
            work(run, seconds=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work_and_let_go).result()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what says these words."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if str(page.evaluate(FOCUSED)).startswith(words):
            return
    raise AssertionError(f"no Tab leads to {words}")


def go_to(page: Page, words: str) -> None:
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_in(page: Page, name: str, text: str) -> None:
    """Press Tab until the focus is in the field, and type."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            page.keyboard.type(text)
            return
    raise AssertionError(f"no Tab leads to {name}")


def list_addresses(scene: Scene) -> list[str]:
    """Every page about judges."""
    call, judge, run = (
        scene.run.attempts.filter(state="done")[0],
        scene.run.judge.public_id,
        scene.run.public_id,
    )
    return [
        "", "judges/", "judges/new/", "judges/connection/", f"judges/{judge}/", f"judges/{judge}/preview/",
        "judges/costs/", "runs/", f"runs/new/?judge={judge}", f"runs/{run}/", f"runs/{run}/cases/", "calls/",
        f"calls/?run={run}&failure=timeout", f"calls/{call.public_id}/",
    ]  # fmt: skip


@pytest.mark.timeout(240)
def test_from_a_key_to_verdicts_beside_replies(page: Page, live_server: LiveServer) -> None:
    scene = make_scene(tasks=6)
    sign_in(page, live_server, make_researcher(scene))
    page.goto(f"{live_server.url}/p/sky/")
    go_to(page, "Judges")
    go_to(page, "Connect a provider")
    with FakeProvider() as fake:
        fill_in(page, "name", "mine")
        fill_in(page, "base_url", fake.url)
        fill_in(page, "key", KEY)
        page.keyboard.press("Enter")
        page.get_by_text("The connection is there").wait_for()
        assert KEY not in page.content()
        fill_in(page, "source", "mine")
        fill_in(page, "model", "fake-1")
        fill_in(page, "protocol", "two answers, in both")
        page.keyboard.press("Enter")  # a select does not send the form
        go_to(page, "Add this judge")
        page.get_by_text("This field is required.").wait_for()  # it has no name yet
        assert page.input_value("[name=model]") == "fake-1"
        fill_in(page, "name", "mini")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="mini").wait_for()
        judge = Judge.objects.get(rater__name="mini")
        assert (judge.connection, judge.protocol) == (Connection.objects.get(name="mine"), "pair")

        go_to(page, "Try it on 5 items")
        page.get_by_text("Verdicts are still coming").wait_for()
        tab_to(page, "750 characters")  # the folded answer of the first task
        page.keyboard.press("Enter")
        focused = page.evaluate("document.activeElement.id")
        work_elsewhere(Run.objects.get(judge=judge))
    page.get_by_text("Verdicts are still coming").wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == focused != ""
    assert page.evaluate("document.activeElement.parentElement.open") is True
    assert page.locator(".case").count() == 5
    assert page.get_by_text("a verdict came of it").count() == 10
    tab_to(page, "What was asked, word for word")
    page.keyboard.press("Enter")
    page.locator("details[open] .request h3").first.wait_for()
    assert KEY not in page.content()
    assert fake.keys == {KEY}
    assert Annotation.objects.filter(rater=judge.rater).count() == 10


@pytest.mark.timeout(180)
def test_a_run_goes_on_under_the_focus_and_stops_by_key(page: Page, live_server: LiveServer) -> None:
    scene = make_scene()
    sign_in(page, live_server, make_researcher(scene))
    page.goto(f"{live_server.url}/p/sky/runs/{scene.run.public_id}/")
    tab_to(page, "Failed, no answer in time: 1")
    focused = page.evaluate("document.activeElement.id")
    waiting = scene.run.attempts.filter(state="pending").order_by("pk")
    Attempt.objects.filter(pk=waiting[0].pk).update(state="leased")
    page.get_by_text("In flight1").or_(page.locator("dd", has_text="5")).first.wait_for()
    page.wait_for_function(
        "[...document.querySelectorAll('#run dt')].some("
        "term => term.innerText === 'In flight' && term.nextElementSibling.innerText === '1')"
    )
    assert page.evaluate("document.activeElement.id") == focused != ""

    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Calls").wait_for()
    assert page.locator("tbody tr").count() == 1
    page.go_back()
    go_to(page, "Pause")
    page.get_by_text("Paused by hand.").wait_for()
    assert Run.objects.get(pk=scene.run.pk).state == RunState.PAUSED
    go_to(page, "Go on")
    page.get_by_role("button", name="Pause").wait_for()
    go_to(page, "Call off")
    page.get_by_text("cancelled").first.wait_for()
    assert page.locator("#run[hx-get]").count() == 0


@pytest.mark.timeout(180)
def test_the_estimate_then_the_start(page: Page, live_server: LiveServer) -> None:
    scene = make_scene()
    sign_in(page, live_server, make_researcher(scene))
    page.goto(f"{live_server.url}/p/sky/runs/")
    go_to(page, "Start a run")
    fill_in(page, "judge", "dear")
    fill_in(page, "limit", "2")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What it would come to").wait_for()
    assert "csrf" not in page.url
    go_to(page, "Start this run")
    page.get_by_text("at most 2 tasks").wait_for()
    assert Run.objects.filter(task_limit=2).count() == 1


@pytest.mark.timeout(300)
def test_every_page_is_light_and_reads_well_for_all(page: Page, live_server: LiveServer) -> None:
    """Under 100 KB, nothing wider than a phone, and no complaint of axe."""
    scene = make_scene()
    sign_in(page, live_server, make_researcher(scene))
    page.set_viewport_size({"width": 390, "height": 800})
    heavy, wide, complaints = {}, [], {}
    for address in list_addresses(scene):
        answer = page.goto(f"{live_server.url}/p/sky/{address}", timeout=PATIENCE)
        assert answer is not None
        assert answer.status == 200
        heavy[address] = len(answer.body())
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(address)
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        if found:
            complaints[address] = [(v["id"], [n["html"][:200] for n in v["nodes"][:3]]) for v in found]
    assert max(heavy.values()) < 100_000
    assert wide == []
    assert complaints == {}


@pytest.mark.timeout(240)
def test_row_24_hostile_replies_and_names_are_inert_on_every_page(
    page: Page, live_server: LiveServer, asked: list[str]
) -> None:
    scene = make_scene(reply=(HOSTILE + "\u202e\u2066") * 900)
    assert len(RawReply.objects.first().reply) > 1_000_000  # type: ignore[union-attr]  # there is one
    scene.run.judge.rater.name = "<img src=https://evil.invalid/n.png onerror=window.pwned=12>"
    scene.run.judge.rater.save()
    call = scene.run.attempts.filter(state="done")[0]
    Attempt.objects.filter(pk=call.pk).update(
        returned_model="<script>window.pwned = 13</script>", finish_reason="<b>\u202estop", failure="",
    )  # fmt: skip
    assert call.annotation is not None
    call.annotation.ratings.update(rationale=HOSTILE)
    sign_in(page, live_server, make_researcher(scene))
    for address in list_addresses(scene):
        answer = page.goto(f"{live_server.url}/p/sky/{address}", timeout=PATIENCE)
        assert answer is not None
        assert len(answer.body()) < 100_000
        for fold in page.locator("details summary").all():
            fold.click()
        assert_inert(page, asked)
        assert "\u202e" not in page.inner_text("main")
        assert (
            page.locator("main").locator("script, iframe, object, [onerror], [style], img[src^=http]").count()
            == 0
        )
    assert page.get_by_text("window.pwned = 1;").first.is_visible()


@pytest.mark.timeout(120)
def test_raters_never_see_a_page_about_judges(page: Page, live_server: LiveServer) -> None:
    scene = make_scene()
    sign_in(page, live_server, make_person(scene.project))
    page.goto(f"{live_server.url}/p/sky/")
    assert page.locator("main a[href*='judges'], main a[href*='runs']").count() == 0
    found = {
        page.request.get(f"{live_server.url}/p/sky/{address}").status for address in list_addresses(scene)[1:]
    }
    assert found == {403}
