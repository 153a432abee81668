"""Formulas in answers: typeset in the page, fetched when there are some, harmless whatever a model wrote."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Level, TaskKind
from tests.e2e.test_hostile_texts import INERT, assert_inert
from tests.e2e.test_rating import WCAG, press, sign_in, wait_until_ready
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
)

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]

GOOD = r"""The sum is \(\sum_{k=1}^{n} k = \frac{n(n+1)}{2}\), so $f(n) = n^2$ grows faster, and it costs $5 or $6.

$$
\int_0^1 x^2 \, dx
- \frac{1}{3} = 0
$$

- in a list: $a_1 * b_1 * c_1$
- broken: $\frac{1$

| in a table | value |
|---|---|
| $\alpha$ | \(\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}\) |

\[ a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 = \left(\sum_{i=1}^{7} a_i\right) =
\underbrace{b_1 b_2 b_3 b_4 b_5 b_6 b_7 b_8 b_9}_{c} \]
"""
HOSTILE_MATHS = r"""$\href{javascript:window.pwned=20}{x}$ $\url{javascript:window.pwned=21}$
$\includegraphics[height=1em]{https://evil.invalid/maths.png}$
$\htmlStyle{background: url(https://evil.invalid/style.png)}{x}$ $\htmlId{stage}{x}$ $\htmlClass{choice}{x}$
$\htmlData{act=submit}{x}$ $\text{<img src=https://evil.invalid/text.png onerror=window.pwned=22>}$
$\def\a{\a\a}\a$ $\def\b{xx}\def\c{\b\b\b\b\b\b}\def\d{\c\c\c\c\c\c}\def\e{\d\d\d\d\d\d}\e\e\e\e\e\e$
$\rule{1000em}{1000em}$ $\raisebox{200em}{over}$ $\kern-500em\text{to the left}$
"""
REFUSED = re.compile(r"\$\\(href|url|includegraphics|html|def)")


def test_formulas_are_typeset_and_broken_ones_show_their_source(
    page: Page, live_server: LiveServer, screenshots: Path, asked: list[str]
) -> None:
    project = make_project("sums")
    item = make_item(project, r"Show that \(\sqrt{2}\) is **not** in \(\mathbb{Q}\).")
    make_pair_task(project, make_pair_rubric(project), item=item, texts=(GOOD, f"{GOOD}\nand more"))
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sums/rate/")
    wait_until_ready(page)
    page.locator(".pane .typeset").first.wait_for()
    pane = page.locator(".pane").first
    assert pane.locator(".maths").count() == 8
    assert pane.locator(".maths.untypeset").all_inner_texts() == [r"$\frac{1$"]
    assert pane.locator(".typeset annotation").first.text_content() == r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2}"
    assert pane.locator(".rendered").get_by_text("costs $5 or $6.").count() == 1
    assert page.locator(".asked .typeset").count() == 2
    assert_inert(page, asked)
    for scheme, width, height in (("light", 1280, 800), ("dark", 390, 844)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words it wants
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=screenshots / f"maths-{scheme}.png", full_page=True, caret="initial")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []


def test_row_24_hostile_formulas_are_inert_and_stay_in_their_place(
    page: Page, live_server: LiveServer, screenshots: Path, asked: list[str]
) -> None:
    project = make_project("sums")
    make_pair_task(project, make_pair_rubric(project), texts=(HOSTILE_MATHS, HOSTILE_MATHS))
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sums/rate/")
    wait_until_ready(page)
    page.locator(".pane .maths").first.wait_for()
    page.locator(".pane .typeset").first.wait_for()
    assert_inert(page, asked)
    shown = page.locator(".pane").first.locator(".untypeset").all_inner_texts()
    assert shown == [each for each in re.findall(r"\$.*?\$", HOSTILE_MATHS) if REFUSED.match(each)]
    unsafe = page.locator(f".pane .prose :is({INERT.replace(', svg, math', '').replace(', [style]', '')}, a)")
    assert unsafe.count() == 0
    assert page.locator(".pane .prose :is(#stage, .choice, [data-act=submit])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".pane").first.evaluate("pane => pane.scrollHeight < 2500")
    page.screenshot(path=screenshots / "maths-hostile.png", caret="initial")
    press(page, "1")


def test_nothing_is_fetched_for_texts_without_formulas(page: Page, live_server: LiveServer) -> None:
    project = make_project("sums")
    make_pair_task(project, make_pair_rubric(project), texts=("It costs $5.", "It costs $6 or $7."))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sums/rate/")
    wait_until_ready(page)
    assert [address for address in fetched if "maths.js" in address] != []
    assert [address for address in fetched if "katex" in address] == []


def test_a_formula_is_marked_letter_by_letter_where_passages_are_asked(
    page: Page, live_server: LiveServer
) -> None:
    project = make_project("sums")
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS)
    item = make_item(project, r"What is \(1 + 1\)?")
    make_single_task(project, rubric, item=item, text=r"It is $x_1 * x_2$ here.")
    sign_in(page, live_server, make_person(project))
    page.goto(f"{live_server.url}/p/sums/rate/")
    wait_until_ready(page)
    page.locator(".asked .typeset").wait_for()
    assert page.locator("[data-marked] .maths").inner_text() == r"$x_1 * x_2$"
