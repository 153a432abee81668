import asyncio
from pathlib import Path

import pytest
from pytest_django import Settings

from evalplatform.common.errors import ProviderFailure
from judges.providers.base import PAUSING, JudgeRequest
from judges.providers.local import LocalProvider, _load


def ask(schema: dict[str, object]) -> ProviderFailure:
    async def complete() -> None:
        provider = LocalProvider()
        try:
            properties = {"quality": {"properties": {"value": schema}}}
            request = JudgeRequest("m", "Rate.", "Answer: x\nGood?\n", {"properties": properties})
            await provider.complete(request)
        finally:
            await provider.close()

    with pytest.raises(ProviderFailure) as caught:
        asyncio.run(complete())
    return caught.value


def test_without_the_package_the_failure_pauses_the_run_and_names_the_command(
    settings: Settings, tmp_path: Path
) -> None:
    _load.cache_clear()
    settings.EVALPLATFORM_DATA = tmp_path
    failure = ask({"type": "integer", "minimum": 1, "maximum": 5})
    assert failure.detail == "The small local model is not installed: run manage.py local_judge install"
    assert failure.reason in PAUSING


def test_a_scale_without_one_token_labels_is_refused_before_anything_is_loaded() -> None:
    failure = ask({"type": "string"})
    assert (failure.reason, failure.reason in PAUSING) == ("unsupported", True)
