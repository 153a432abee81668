"""A prompt filled with made-up material of every shape, in which each text can be told from all others."""

from dataclasses import dataclass

from annotations.domain.showing.material import MaskedReply, TaskMaterial
from annotations.models import Criterion, Level, Rubric, Task, TaskKind
from judges.engine.asking.questions import Questions
from judges.engine.asking.rubric_facts import RubricFacts
from judges.models import Attempt, Prompt
from judges.prompts import fill_template
from judges.prompts.fences import find_strays, list_texts
from judges.protocols import PROTOCOLS
from judges.protocols.order import read_order
from judges.protocols.scales import build_schema, read_scale
from judges.protocols.steps import Step

TURNS, RANKED = 3, 4
BACKGROUND, REQUEST, REFERENCE, ANSWER = "background-8c31", "request-5d20", "reference-7e94", "answer-1fa6"
SAYS = {BACKGROUND: "the background", REQUEST: "a request", REFERENCE: "a reference", ANSWER: "an answer"}


@dataclass(frozen=True, slots=True)
class Remark:
    """What the author of a prompt should look at; it stops nothing."""

    message: str
    template: str = ""

    def __str__(self) -> str:
        return f"{self.template}: {self.message}" if self.template else self.message


@dataclass(frozen=True, slots=True)
class Sample:
    """Made-up material for one call."""

    material: TaskMaterial
    turn: int | None


def rehearse_prompt(questions: Questions, prompt: Prompt) -> tuple[Remark, ...]:
    """Fill it with one request, with all there can be, and with several turns, rated whole and by the turn.

    Raises Invalid where it cannot be filled. Remarks on answers that it does not show, and on material that it shows
    outside of its fences.
    """
    facts = make_facts(prompt.protocol)
    remarks: list[Remark] = []
    for sample in list_samples(prompt.protocol):
        remarks += _rehearse(questions, prompt, facts, sample)
    return tuple(dict.fromkeys(remarks))


def list_known(questions: Questions, protocol: str) -> frozenset[str]:
    """The variables that a template of this protocol can use."""
    sample = list_samples(protocol)[0]
    return frozenset(
        questions.collect_values(_attempt(questions, protocol, sample), make_facts(protocol), sample.material)
    )


def _rehearse(questions: Questions, prompt: Prompt, facts: RubricFacts, sample: Sample) -> list[Remark]:
    values = questions.collect_values(_attempt(questions, prompt.protocol, sample), facts, sample.material)
    written = {
        name: fill_template(template, values, name=name)
        for name, template in (
            ("system_template", prompt.system_template), ("user_template", prompt.user_template)
        )
    }  # fmt: skip
    remarks = [
        Remark(f"{SAYS[stray.words]} stands outside of the fences", name)
        for name, text in written.items()
        for stray in find_strays(text, nonce=values["nonce"], words=SAYS)
    ]
    whole = "".join(written.values())
    answers = [text for text in list_texts(values["answers"]) if text.startswith(ANSWER)]
    if missing := [text for text in answers if text not in whole]:
        remarks.append(Remark(f"{len(missing)} of {len(answers)} answers are not shown"))
    return remarks


def _attempt(questions: Questions, protocol: str, sample: Sample) -> Attempt:
    rule = PROTOCOLS[protocol]
    task = Task(project=questions.run.project, kind=rule.kind, turn=sample.turn)
    step = str(Step(order=1)) if rule.kind == TaskKind.RANKING else ""
    return Attempt(run=questions.run, task=task, shown_order=rule.orders[0], step=step)


def make_facts(protocol: str) -> RubricFacts:
    """A rubric with one criterion of the level that the protocol asks for."""
    kind = PROTOCOLS[protocol].kind
    rubric = Rubric(task_kind=kind, labels={"en": "Sample"}, instructions={"en": "Guidelines."})
    is_single = kind == TaskKind.SINGLE
    level = Level.ORDINAL if is_single else Level.PREFERENCE
    values = [{"value": n, "labels": {"en": f"label {n}"}} for n in (1, 2, 3)] if is_single else []
    criterion = Criterion(
        rubric=rubric, key="sample", name="sample", level=level, values=values, position=0,
        labels={"en": "Sample criterion"}, question={"en": "How good is it?"}, help_text={"en": "Look closely."},
        options={"task": "ranking"} if kind == TaskKind.RANKING else {},
    )  # fmt: skip
    schema = build_schema([criterion], rationale=True)
    return RubricFacts(rubric, [criterion], schema, frozenset(), (read_scale(criterion),))


def list_samples(protocol: str) -> list[Sample]:
    """Material of every shape that a call of this protocol may show."""
    replies = (
        RANKED
        if PROTOCOLS[protocol].kind == TaskKind.RANKING
        else len(read_order(PROTOCOLS[protocol].orders[0]))
    )
    plain, full = _make_material(replies, 1), _make_material(replies, 1, is_full=True)
    several = _make_material(replies, TURNS, is_full=True)
    return [Sample(plain, None), Sample(full, None), Sample(several, None), Sample(several, TURNS)]


def _make_material(replies: int, turns: int, *, is_full: bool = False) -> TaskMaterial:
    requests = tuple(f"{REQUEST}-{turn}" for turn in range(turns))
    references = tuple(f"{REFERENCE}-{turn}" for turn in range(turns)) if is_full else ()
    answers = [tuple(f"{ANSWER}-{number}-{turn}" for turn in range(turns)) for number in range(replies)]
    return TaskMaterial(
        prompt=requests[0],
        turns=requests if turns > 1 else (),
        context=BACKGROUND if is_full else "",
        references=references,
        reference="\n\n".join(references),
        language="en",
        replies=tuple(MaskedReply("\n\n".join(each), each if turns > 1 else ()) for each in answers),
    )
