"""From the press of a key to the next task on the screen, in a real browser beside one web process."""

import statistics
from typing import Any  # projects are Django models, which are importable only later

from benchmarks.line import print_figure

TASKS = 110
PRESSES = 100
TARGET = 50.0  # ms, the 95th percentile
READY = "#stage > .stage[data-ready]"
ANSWER = """Sunlight is scattered by the molecules of the air. **Blue** light has a short wavelength and
is scattered more.

- at noon the path through the air is short
- at sunset it is long

```python
strength = 1 / wavelength**4
```

"""
# The frame of the new task is drawn right after its callbacks: what they queue runs when it is drawn.
WATCH = """() => {
  window.paints = [];
  let pressed = null;
  addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
  new MutationObserver(() => {
    if (pressed === null) return;
    const begin = pressed;
    pressed = null;
    requestAnimationFrame(() => setTimeout(() => paints.push(performance.now() - begin)));
  }).observe(document.getElementById("stage"), { childList: true });
}"""


def measure_paint(address: str, database: str) -> None:
    """With the next task leased ahead, beside the same page that fetches it with the answer."""
    from tests.support.chromium import run_chromium

    works = [make_work(), make_work()]
    with run_chromium() as browser:
        waiting = press_through(browser, address, *works[0], looks_ahead=False)
        times = press_through(browser, address, *works[1], looks_ahead=True)
    for percent in (50, 95):
        print_figure(
            area="annotate",
            name=f"key_to_paint_p{percent}, {database}",
            value=statistics.quantiles(times, n=100)[percent - 1],
            unit="ms",
            target=TARGET if percent == 95 else None,
            peer="the next task fetched with the answer",
            peer_value=statistics.quantiles(waiting, n=100)[percent - 1],
        )


def make_work() -> tuple[str, str]:
    """Slug of a project of pairs, and the secret of a link by which its rater signs in."""
    from evalplatform.accounts.links import create_sign_in_link
    from tests.factories.ledger import (
        make_item,
        make_pair_rubric,
        make_pair_task,
        make_person,
        make_project,
        make_system,
    )

    project = make_project()
    rubric, systems = make_pair_rubric(project), (make_system(project), make_system(project))
    for number in range(TASKS):
        item = make_item(project, f"Question {number}: why is the sky blue?")
        make_pair_task(project, rubric, systems=systems, texts=(4 * ANSWER, 3 * ANSWER), item=item)
    user = make_person(project).user
    if user is None:
        raise RuntimeError("this rater cannot sign in")
    return project.slug, create_sign_in_link(user=user)


def press_through(browser: Any, address: str, slug: str, secret: str, *, looks_ahead: bool) -> list[float]:
    """Milliseconds of so many presses, each as soon as keys act."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    if not looks_ahead:
        page.route("**/ahead/", lambda route: route.abort())
    page.goto(f"http://{address}/sign-in/{secret}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"http://{address}/")
    page.goto(f"http://{address}/p/{slug}/rate/")
    page.locator(READY).wait_for()
    page.evaluate(WATCH)
    for press in range(1, PRESSES + 1):
        page.locator(READY).wait_for()
        page.keyboard.press("1")
        page.wait_for_function("count => paints.length === count", arg=press)
    times: list[float] = page.evaluate("paints")
    page.context.close()
    return times
