"""Batches as clients send them."""

import io
from collections.abc import Sequence

import orjson

from annotations.domain.formats.batch_lines import JSON, read_batch
from annotations.domain.intake.batches import submit_batch
from annotations.domain.planning.plan_batches import plan_batch
from annotations.models import Batch, Project
from evalplatform.accounts.models import User
from tests.factories.studies import Json, generation


def store_batch(
    project: Project,
    items: Sequence[Json] = (),
    generations: Sequence[Json] = (),
    *,
    user: User | None = None,
    partial: bool = False,
    plan: bool = True,
) -> Batch:
    """A batch as the API stores it, and its tasks."""
    body = io.BytesIO(orjson.dumps({"items": list(items), "generations": list(generations)}))
    with read_batch(handle=body, media_type=JSON, content_hash="0" * 64, partial=partial) as draft:
        batch = submit_batch(project=project, user=user, key="k", draft=draft)
    if plan:
        assert plan_batch(batch_id=batch.pk)
        batch.refresh_from_db()
    return batch


def make_lines(items: int, systems: Sequence[str] = ("alpha", "beta"), *, first: int = 0) -> bytes:
    """NDJSON: so many items, numbered from `first`, each answered by these systems."""
    lines: list[Json] = []
    for number in range(first, first + items):
        lines.append({"item": {"item_id": f"i{number}", "prompt": f"Why {number}?"}})
        lines += [{"generation": generation(f"i{number}", system)} for system in systems]
    return b"\n".join(orjson.dumps(line) for line in lines) + b"\n"
