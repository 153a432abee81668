"""What a visitor of the demonstration meets, walked through over HTTP; every disappointment is one sentence."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin

from annotations.models import Project, Task
from evalplatform.demo.raters import RATERS
from evalplatform.reports.rows import Row
from judges.models import AttemptState, Run

SECONDS = 30
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def list_missing(
    *, url: str, project: Project, links: Mapping[str, str], runs: list[Run], rows: tuple[Row, ...]
) -> list[str]:
    """Everything that the demonstration promises and does not hold; empty when all is well."""
    return [
        *_check_ratings(project),
        *(sentence for run in runs for sentence in _check_run(run)),
        *_check_figures(rows),
        *(sentence for title, link in links.items() for sentence in _visit(url, project, title, link)),
    ]


def _check_ratings(project: Project) -> Iterator[str]:
    tasks = Task.objects.filter(project=project).count()
    simulated = project.annotations.filter(rater__origin="simulated", is_current=True).count()
    if not tasks:
        yield "the project holds no task"
    if simulated != tasks * len(RATERS):
        yield f"{simulated} simulated answers instead of {tasks * len(RATERS)}"


def _check_run(run: Run) -> Iterator[str]:
    planned = run.attempts.count()
    done = run.attempts.filter(state=AttemptState.DONE).count()
    if not planned or done != planned:
        yield f"the judge {run.judge.rater.name} gave {done} of {planned} verdicts"


def _check_figures(rows: tuple[Row, ...]) -> Iterator[str]:
    if not rows:
        yield "the report is empty"
    for raters in ("simulated", "metric:longest"):
        if not any(row.raters == raters and row.estimate is not None for row in rows):
            yield f"the report has no figure for {raters}"
    if any(row.raters == "people" and row.estimate is not None for row in rows) and not _has_people(rows):
        yield "a figure called people counts nobody"


def _has_people(rows: tuple[Row, ...]) -> bool:
    return all(row.n > 0 for row in rows if row.raters == "people" and row.estimate is not None)


def _visit(url: str, project: Project, title: str, link: str) -> Iterator[str]:
    """Sign in by the link and open the pages that are for this persona."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    pages = [f"/p/{project.slug}/", f"/p/{project.slug}/rate/"]
    if not title.startswith("rater"):
        pages += [f"/p/{project.slug}/report/", f"/p/{project.slug}/runs/"]
    try:
        home = _sign_in(browser, urljoin(url, link))
        if f"/p/{project.slug}/" not in home:
            yield f"{title} finds no project after signing in"
        for page in pages:
            with browser.open(urljoin(url, page), timeout=SECONDS):
                pass
    except urllib.error.HTTPError as error:
        yield f"{title} meets {error.code} at {error.url}"
    except (urllib.error.URLError, OSError) as error:
        yield f"{title} cannot reach {url}: {error}"


def _sign_in(browser: urllib.request.OpenerDirector, address: str) -> str:
    with browser.open(address, timeout=SECONDS) as answer:
        token = TOKEN.search(answer.read().decode())
    form = urlencode({"csrfmiddlewaretoken": token.group(1) if token else ""}).encode()
    request = urllib.request.Request(address, data=form, headers={"Referer": address})  # noqa: S310 - our own
    with browser.open(request, timeout=SECONDS) as home:
        return str(home.read().decode())
