"""inspect_ai's model-graded question on given answers: `python peer_inspect_ai.py URL CALLS TASKS`, in its environment.

Prints a line of JSON: the moment of each judgement, processor seconds, and memory.
"""

import json
import os
import resource
import sys
import tempfile
import time
from typing import Any  # its types are not installed beside ours

CALLED = "fake"
FORM = r"(say)"  # a word of what the fake provider says where no schema is asked for


def main() -> None:
    url, calls, tasks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as logs:
        os.environ["INSPECT_LOG_DIR"] = logs
        print(json.dumps(_measure(url, calls, tasks)), flush=True)


def _measure(url: str, calls: int, tasks: int) -> dict[str, object]:
    from inspect_ai import Task
    from inspect_ai import eval as evaluate
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import GenerateConfig, ModelOutput, get_model
    from inspect_ai.scorer import mean, model_graded_qa, scorer
    from inspect_ai.solver import solver

    marks: list[float] = []
    judge = get_model(
        f"openai/{CALLED}", base_url=url, api_key="none", config=GenerateConfig(max_connections=calls)
    )
    grade = model_graded_qa(model=judge, grade_pattern=FORM)

    def given() -> Any:
        async def solve(state: Any, generate: Any) -> Any:
            state.output = ModelOutput.from_content(CALLED, "?" * 2000)
            return state

        return solve

    def timed() -> Any:
        async def score(state: Any, target: Any) -> Any:
            said = await grade(state, target)
            marks.append(time.perf_counter())
            return said

        return score

    dataset = MemoryDataset(
        [Sample(input=f"Question {number}?", target="an answer") for number in range(tasks)]
    )
    cpu = time.process_time()
    evaluate(
        Task(dataset=dataset, solver=solver(given)(), scorer=scorer(metrics=[mean()])(timed)()),
        model="mockllm/model",
        max_samples=calls,
        max_connections=calls,
        display="none",
        log_level="error",
    )
    return {
        "marks": marks,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
