"""SmolLM2-135M in this process: a real but weak judge, without a key and without a network."""

import asyncio
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any  # the runtime has no types; schemas and replies are any JSON value

import orjson

from evalplatform.common.errors import ProviderFailure
from judges.providers.base import NOT_INSTALLED, UNSUPPORTED, Completion, JudgeRequest
from judges.providers.local_files import HOW_TO_INSTALL, LOCAL_MODEL, WEIGHTS, is_installed, local_folder
from judges.providers.local_reading import (
    ask_for,
    build_messages,
    choose_value,
    list_labels,
    read_labels,
    split_questions,
)

CONTEXT = 2048
LISTED = 500  # tokens whose log-probabilities are read
_loading = threading.Lock()


class LocalProvider:
    """One call at a time on a thread of its own; all providers of a process share one model."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="local-model")

    async def complete(self, request: JudgeRequest) -> Completion:
        return await asyncio.get_running_loop().run_in_executor(self._thread, answer, request)

    async def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def answer(request: JudgeRequest) -> Completion:
    """One token a criterion, and the verdict as JSON. Raises ProviderFailure."""
    asked = {key: part["properties"]["value"] for key, part in request.schema["properties"].items()}
    scales = {key: list_labels(schema) for key, schema in asked.items()}
    if not any(scales.values()):
        detail = "the small local model answers only scales of whole numbers from 0 to 9, and preferences"
        raise ProviderFailure(detail, reason=UNSUPPORTED, retryable=False)
    start = time.monotonic()
    material, questions = split_questions(request.user, len(asked))
    replies = {
        key: _ask(request.system, f"{material}\n{ask_for(question, list(labels))}", labels)
        for (key, labels), question in zip(scales.items(), questions, strict=True)
        if labels
    }
    return Completion(
        text=orjson.dumps({key: {"value": reply["value"]} for key, reply in replies.items()}).decode(),
        returned_model=LOCAL_MODEL,
        finish_reason="stop",
        tokens_in=sum(reply["tokens_in"] for reply in replies.values()),
        tokens_cached=0,
        tokens_out=len(replies),
        latency=time.monotonic() - start,
        raw=orjson.dumps(replies).decode(),
    )


def _ask(system: str, user: str, labels: dict[str, Any]) -> dict[str, Any]:
    reply = load_server().handle_chat_completions(
        {
            "messages": build_messages(system, user),
            "max_tokens": 1,
            "temperature": 0,
            "logprobs": True,
            "top_logprobs": LISTED,
            # Only a label may be written; half a letter of another script would come without log-probabilities.
            "grammar": "root ::= " + " | ".join(f'"{label}"' for label in labels),
        }
    )
    try:
        tokens = reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        tokens_in = int(reply["usage"]["prompt_tokens"])
    except (KeyError, IndexError, TypeError):
        detail = f"the small local model gave no log-probabilities: {str(reply)[:200]}"
        raise ProviderFailure(detail, reason="bad_reply", retryable=False) from None
    found = read_labels(tokens, list(labels))
    return {
        "value": choose_value(found, labels),
        "logprobs": dict(zip(labels, found, strict=True)),
        "tokens_in": tokens_in,
    }


def load_server() -> Any:
    """The model of this process, loaded at the first call. Raises ProviderFailure where it cannot be."""
    with _loading:
        return _load(os.getpid())


@cache
def _load(_process: int) -> Any:
    if not is_installed():
        raise ProviderFailure(HOW_TO_INSTALL, reason=NOT_INSTALLED, retryable=False)
    folder = str(local_folder())
    if folder not in sys.path:
        sys.path.append(folder)  # last: it may hide nothing of ours
    try:
        import xllamacpp  # type: ignore[import-not-found]  # lies in the folder, where it is installed

        return xllamacpp.Server(_set_up(xllamacpp))
    except (ImportError, OSError, RuntimeError) as error:
        detail = f"The small local model does not start here: {error}"
        raise ProviderFailure(detail, reason=NOT_INSTALLED, retryable=False) from None


def _set_up(runtime: Any) -> Any:
    options = runtime.CommonParams()
    options.model.path = str(local_folder() / WEIGHTS)
    options.n_ctx, options.n_parallel, options.n_gpu_layers = CONTEXT, 1, 0
    options.verbosity, options.warmup = -1, False
    # More threads than free cores wait for each other in a circle, and are several times slower.
    threads = max(1, (os.cpu_count() or 2) - 1)
    options.cpuparams.n_threads = options.cpuparams_batch.n_threads = threads
    return options
