"""Prompts, panels, spend, prices, cascades and choices in a browser: by keyboard, on a phone, in both languages."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Role
from evalplatform.accounts.models import User
from judges.engine.cascades import Terms
from judges.engine.cascades.starting import start_cascade
from judges.engine.money.price_table import PriceLine, set_price
from judges.engine.panels import fill_panel, form_panel
from judges.engine.versions.prompt_versions import save_prompt
from judges.models import Cascade, Panel, Price, Prompt, PromptChoice
from tests.e2e.test_hostile_texts import HOSTILE, assert_inert
from tests.e2e.test_judges import PATIENCE, fill_in, go_to
from tests.e2e.test_rating import WCAG, sign_in
from tests.factories.judged import Scene, make_scene
from tests.factories.ledger import make_person, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]
ANSWERS = "{% for a in answers %}{% for e in a.exchanges %}{{ e.reply }}\n{% endfor %}{% endfor %}"
USER = f"<<{{{{ nonce }}}} a>>\n{ANSWERS}<</{{{{ nonce }}}}>>"
SYSTEM = "You compare two answers.\nSay which one helps more.\n{% for c in criteria %}- {{ c.title }}\n{% endfor %}"


@dataclass(frozen=True)
class Place:
    """A project with something on every page of these."""

    scene: Scene
    prompts: list[Prompt]
    panel: Panel
    cascade: Cascade
    choice: PromptChoice

    def list_addresses(self) -> list[str]:
        newest = f"prompts/{self.prompts[-1].public_id}/"
        judges = [
            "prompts/", "prompts/new/", f"prompts/new/?from={self.prompts[0].public_id}",
            "prompts/library/factuality/", newest, f"{newest}diff/", f"{newest}preview/", "spend/", "spend/?by=judge",
            "spend/?by=run", "spend/?by=model", "prices/", "panels/", "panels/new/", f"panels/{self.panel.public_id}/",
            "choices/", "choices/new/", f"choices/{self.choice.public_id}/",
        ]  # fmt: skip
        cascades = ["cascades/", "cascades/new/", f"cascades/{self.cascade.public_id}/"]
        return [*(f"judges/{each}" for each in judges), *cascades]


def make_place(words: str = "kinder") -> Place:
    """`words` stand wherever somebody may write."""
    scene = make_scene(tasks=28)
    project = scene.project
    kinder = SYSTEM.replace("helps more", "helps the asker more") + "{% raw %}" + words + "{% endraw %}"
    prompts = [
        save_prompt(
            project=project,
            key="mine",
            protocol="pair",
            language="en",
            system_template=text,
            user_template=USER,
        ).prompt
        for text in (SYSTEM, kinder)
    ]
    Prompt.objects.filter(pk=prompts[1].pk).update(note=words[:300])
    set_price(
        line=PriceLine(
            "openai", "fake-1*", date(2026, 3, 1), Decimal("0.25"), Decimal(1), note="of the vendor's page"
        ),
        project=project,
        actor=None,
    )
    Price.objects.update(note=words[:300])
    panel = form_panel(
        project=project, name=words[:200], members=("cheap", "longest"), weights="cross_fitted"
    )
    fill_panel(panel=panel)
    start_cascade(
        project=project, name="both", terms=Terms(cheap="cheap", dear="dear", bound=0.2), wake=False
    )
    choice = PromptChoice.objects.create(
        project=project, name=words[:150], terms={}, labels={}, content_hash="0" * 64
    )
    now = timezone.now()
    for days, call in enumerate(scene.run.attempts.filter(state="done").order_by("pk")):
        type(call).objects.filter(pk=call.pk).update(started_at=now - timedelta(days=2 * days))
    return Place(scene, prompts, panel, Cascade.objects.get(), choice)


@dataclass
class Reader:
    """A researcher with a phone, and what is wrong with the pages that were opened on it."""

    page: Page
    server: LiveServer
    language: Literal["en", "ru"]
    scheme: Literal["light", "dark"]

    def __post_init__(self) -> None:
        self.faults: dict[str, list[object]] = {}

    def begin(self, place: Place) -> None:
        self.page.set_viewport_size({"width": 390, "height": 800})
        self.page.emulate_media(color_scheme=self.scheme)
        sign_in(self.page, self.server, make_person(place.scene.project, role=Role.RESEARCHER))
        if self.language != "en":
            self.page.get_by_role("button", name=self.language.upper()).click()

    def open(self, address: str) -> None:
        """Under 100 KB, in the language, nothing wider than the phone, and no complaint of axe."""
        answer = self.page.goto(f"{self.server.url}/p/sky/{address}", timeout=PATIENCE)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
        assert self.page.get_attribute("html", "lang") == self.language
        found: list[object] = []
        if len(answer.body()) >= 100_000:
            found.append(len(answer.body()))
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("wide")
        violations = Axe().run(self.page, options={"runOnly": WCAG}).response["violations"]
        found += [(v["id"], [n["html"][:200] for n in v["nodes"][:3]]) for v in violations]
        if found:
            self.faults[address] = found


@pytest.mark.timeout(300)
def test_every_page_reads_well_on_a_phone(page: Page, live_server: LiveServer) -> None:
    place = make_place()
    reader = Reader(page, live_server, "en", "light")
    reader.begin(place)
    for address in place.list_addresses():
        reader.open(address)
    assert reader.faults == {}


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("ru", "light")])
def test_staff_add_a_price_for_all_by_keyboard_on_a_phone(
    page: Page, live_server: LiveServer, language: str, scheme: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme=scheme)
    person = make_person(make_project("sky"), role=Role.RESEARCHER)
    User.objects.filter(raters=person).update(is_staff=True)
    sign_in(page, live_server, person)
    if language != "en":
        page.get_by_role("button", name=language.upper()).click()
    go_to(page, {"en": "Prices for all projects", "ru": "Цены для всех проектов"}[language])
    fill_in(page, "model", "fake-9")
    page.fill("[name=valid_from]", "2026-03-01")
    fill_in(page, "tokens_in", "0.25")
    fill_in(page, "tokens_out", "1")
    go_to(page, {"en": "Add this price", "ru": "Добавить цену"}[language])
    page.get_by_role("rowheader", name="fake-9").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert Axe().run(page, options={"runOnly": WCAG}).response["violations"] == []
    assert Price.objects.get().project is None


@pytest.mark.timeout(300)
def test_row_24_hostile_words_are_inert_on_every_page_and_it_reads_well_at_night_in_russian(
    page: Page, live_server: LiveServer, asked: list[str]
) -> None:
    place = make_place(HOSTILE)
    reader = Reader(page, live_server, "ru", "dark")
    reader.begin(place)
    for address in place.list_addresses():
        reader.open(address)
        for fold in page.locator("main details summary").all():
            fold.click()
        assert_inert(page, asked)
        assert page.locator("main").locator("script, iframe, object, [onerror], [style], img").count() == 0
    page.goto(f"{live_server.url}/p/sky/judges/prompts/{place.prompts[-1].public_id}/")
    assert page.get_by_text("window.pwned = 1;").first.is_visible()
    assert reader.faults == {}


@pytest.mark.timeout(180)
def test_a_next_version_is_tried_kept_and_compared_by_keyboard(page: Page, live_server: LiveServer) -> None:
    place = make_place()
    sign_in(page, live_server, make_person(place.scene.project, role=Role.RESEARCHER))
    page.goto(f"{live_server.url}/p/sky/judges/")
    go_to(page, "Prompts")
    go_to(page, "mine v2")
    go_to(page, "Write the next version")
    fill_in(page, "note", "shorter")
    fill_in(page, "system_template", "Be brief. ")
    go_to(page, "See what it would send")
    page.get_by_text("It can be filled").wait_for()
    assert Prompt.objects.filter(key="mine").count() == 2
    go_to(page, "Keep this version")
    page.get_by_text("The version is kept.").wait_for()
    page.get_by_role("heading", name="mine v3").wait_for()
    go_to(page, "What changed since v2")
    assert page.locator("ins").all_inner_texts() == ["Be brief. "]
    go_to(page, "mine v3")
    go_to(page, "What it would send")
    assert "Be brief. You compare two answers." in page.inner_text("main")


@pytest.mark.timeout(180)
def test_a_price_and_a_panel_are_made_by_keyboard(page: Page, live_server: LiveServer) -> None:
    place = make_place()
    sign_in(page, live_server, make_person(place.scene.project, role=Role.RESEARCHER))
    page.goto(f"{live_server.url}/p/sky/judges/")
    go_to(page, "Spend")
    go_to(page, "By judge")
    go_to(page, "What models cost")
    fill_in(page, "model", "mine-1")
    fill_in(page, "valid_from", "03032026")
    fill_in(page, "tokens_in", "0.25")
    fill_in(page, "tokens_out", "1")
    go_to(page, "Add this price")
    page.get_by_text("The price holds from its day on.").wait_for()
    price = Price.objects.get(model="mine-1")
    assert (price.project, price.tokens_in, price.valid_from) == (
        place.scene.project, Decimal("0.25"), date(2026, 3, 3),
    )  # fmt: skip
    go_to(page, "Panels")
    go_to(page, "Form a panel")
    fill_in(page, "name", "three")
    for _ in range(3):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    go_to(page, "Form this panel")
    page.get_by_role("heading", name="three").wait_for()
    panel = Panel.objects.get(rater__name="three")
    assert sorted(member.rater.name for member in panel.members.select_related("rater") if member.rater) == [
        "cheap", "dear", "gpt-imported",
    ]  # fmt: skip


@pytest.mark.timeout(120)
def test_raters_see_none_of_these_pages(page: Page, live_server: LiveServer) -> None:
    place = make_place()
    sign_in(page, live_server, make_person(place.scene.project))
    found = {
        page.request.get(f"{live_server.url}/p/sky/{address}").status for address in place.list_addresses()
    }
    assert found == {403}
