"""The exact question of a call: what its step shows, in which words, under which schema."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple  # templates and parameters hold any JSON values

from annotations.domain.showing.material import TaskMaterial
from judges.engine.asking.example_texts import ExampleTexts
from judges.engine.asking.recipes import WEIGH, get_recipe
from judges.engine.asking.rubric_facts import RubricBook, RubricFacts
from judges.models import Judge, Run
from judges.prompts import fill_template
from judges.prompts.fences import keep_apart, show_invisible_in
from judges.protocols.answer import Answer, Said
from judges.protocols.balance import count_orders, draw_orders
from judges.protocols.calls import AnyCall, AnyTask
from judges.protocols.critiques import list_standing
from judges.protocols.material import describe_task, draw_nonce, pick_words
from judges.protocols.order import read_order
from judges.protocols.principles import WRITTEN
from judges.protocols.steps import Act, Step
from judges.providers import JudgeRequest


class Texts(NamedTuple):
    """What a call says; `shared`: characters at the beginning of `user` that other calls begin with too."""

    system: str
    user: str
    shared: int = 0


class Questions:
    """Questions of one run's judge."""

    def __init__(self, run: Run) -> None:
        self.run, self.judge = run, run.judge
        self.recipe = get_recipe(run.judge)
        self.rubrics = RubricBook(self.recipe)
        self._examples = ExampleTexts(
            run.judge, seed=run.project.seed, shows_reference=self.recipe.shows_reference
        )

    def build(
        self, attempt: AnyCall, step: Step, material: TaskMaterial, said: Mapping[str, Said]
    ) -> JudgeRequest:
        """The request of `attempt`; `said` is what the earlier steps of its case said."""
        if step.act == Act.SECOND:
            material = revise(material, said[Act.REVISION].words)
        part = self.rubrics.get_part(attempt.task.rubric_id, step)
        return self.build_for(part, attempt, step, material, said)

    def build_for(
        self,
        part: RubricFacts,
        attempt: AnyCall,
        step: Step,
        material: TaskMaterial,
        said: Mapping[str, Said],
    ) -> JudgeRequest:
        """The same under the criteria of `part`, whatever the rubric of its task."""
        judge, order = self.judge, self.find_order(attempt, step, material)
        texts = self._write(attempt, step, part, material, said) if judge.prompt else Texts("", "")
        return JudgeRequest(
            model=judge.model,
            system=texts.system,
            user=texts.user,
            shared=texts.shared,
            schema=part.schema,
            parameters=choose_parameters(judge, step),
            texts=tuple(material.replies[position].text for position in read_order(order)),
            subject=f"{attempt.task.identity}:{order}:{attempt.repeat}",
            reference=material.reference if self.recipe.shows_reference else "",
            language=material.language,
            logprobs=self.recipe.is_weighted and step.act == Act.RATE,
        )

    def find_order(self, attempt: AnyCall, step: Step, material: TaskMaterial) -> str:
        """The order in which this call shows the answers."""
        if not step.order:
            return attempt.shown_order
        return self.list_orders(attempt.task, len(material.replies), attempt.repeat)[step.order - 1]

    def find_order_of(self, attempt: AnyCall, task: AnyTask, size: int) -> str:
        """The same of a call that was planned, on a task with so many answers."""
        number = Step.read(attempt.step).order
        orders = self.list_orders(task, size, attempt.repeat) if number else []
        return orders[number - 1] if number <= len(orders) and number else attempt.shown_order

    def list_orders(self, task: AnyTask, size: int, repeat: int) -> list[str]:
        """All orders in which a ranking of `size` answers is asked for; none of other tasks."""
        if not self.recipe.is_ranking:
            return []
        count = count_orders(size, self.recipe.orders)
        return draw_orders(self.run.project, task, size=size, count=count, repeat=repeat)

    def _write(
        self,
        attempt: AnyCall,
        step: Step,
        part: RubricFacts,
        material: TaskMaterial,
        said: Mapping[str, Said],
    ) -> Texts:
        if step.act == Act.REPAIR:
            reply = {"reply": said[str(step.turn_to(Act.RATE))].words}
            return self._fill_step(step.act, self._fence(attempt, part, material.language, reply))
        if step.act == Act.RATE:
            return self._write_rating(attempt, part, material, said)
        if step.act in (Act.CRITIC, Act.DOUBT):
            critic = said.get(str(step.turn_to(Act.CRITIC)), Said())
            values = self.collect_values(attempt, part, material, critique=critic.words)
            return self._fill_step(step.act, values)
        values = self.collect_values(attempt, part, material, **self._describe_principles(material, said))
        if step.act in WRITTEN:
            return self._fill_step(step.act, values)
        rubric = self._show_examples(attempt.shown_order, part, values)
        return _put_behind(rubric, self._fill_step(Act.PRINCIPLES, values))

    def _write_rating(
        self, attempt: AnyCall, part: RubricFacts, material: TaskMaterial, said: Mapping[str, Said]
    ) -> Texts:
        """The judge's own prompt, and behind it what stands of critiques."""
        critiques = list_standing(self.recipe, said)
        values = self.collect_values(attempt, part, material, critiques=critiques)
        order = self.find_order(attempt, Step.read(attempt.step), material)
        texts = self._show_examples(order, part, values)
        return _put_behind(texts, self._fill_step(WEIGH, values)) if critiques else texts

    def _show_examples(self, order: str, part: RubricFacts, values: Mapping[str, Any]) -> Texts:
        """The judge's own prompt, with its examples before the case."""
        texts = self._fill(values)
        if not self.judge.examples:
            return texts
        behind, before = self._examples.write(part, order, values)
        if not before:
            return texts
        return Texts(f"{texts.system}\n{behind}", f"{before}\n{texts.user}", shared=len(before) + 1)

    def collect_values(
        self, attempt: AnyCall, part: RubricFacts, material: TaskMaterial, **more: Any
    ) -> dict[str, Any]:
        """What the templates of a rating are filled with, and `more` that steps under principles show."""
        order = self.find_order(attempt, Step.read(attempt.step), material)
        shown = describe_task(material, turn=attempt.task.turn, shown_order=order)
        if not self.recipe.shows_reference:
            shown["references"] = []
        return self._fence(attempt, part, material.language, {**shown, **more})

    def _describe_principles(self, material: TaskMaterial, said: Mapping[str, Said]) -> dict[str, Any]:
        """Each principle with what was found under it, and the critique once there is one."""
        found = said[Act.PRINCIPLES].principles if Act.PRINCIPLES in said else {}
        principles = [
            {
                "key": each.key,
                "words": pick_words(dict(each.words), material.language),
                "found": _describe(found.get(each.key)),
            }
            for each in self.recipe.principles
        ]
        critique = said[Act.CRITIQUE].words if Act.CRITIQUE in said else ""
        return {"principles": principles, "critique": critique}

    def _fence(
        self, attempt: AnyCall, part: RubricFacts, language: str, untrusted: dict[str, Any]
    ) -> dict[str, Any]:
        """The words of the rubric, the untrusted texts, and a mark for their fences that none of them holds."""
        words = self.rubrics.get_words(part, Step.read(attempt.step), language)
        nonce = draw_nonce(self.run.project, attempt.task, attempt.shown_order, attempt.step)
        shown = show_invisible_in(untrusted)
        return {
            "title": words.title,
            "instructions": words.instructions,
            "criteria": words.criteria,
            "rationale": self.recipe.rationale,
            "nonce": keep_apart(nonce, [shown, self.judge.examples]),
            **shown,
        }

    def _fill(self, values: Mapping[str, Any]) -> Texts:
        prompt = self.judge.prompt
        if prompt is None:
            raise ValueError("this judge has no prompt")
        system = fill_template(prompt.system_template, values, name="system_template")
        # Mostly the same words in every call: they are held once for all cases that wait or are in flight.
        return Texts(sys.intern(system), fill_template(prompt.user_template, values, name="user_template"))

    def _fill_step(self, act: str, values: Mapping[str, Any]) -> Texts:
        templates = self.judge.step_templates[act]
        return Texts(fill_template(templates["system"], values), fill_template(templates["user"], values))


def _put_behind(texts: Texts, more: Texts) -> Texts:
    return Texts(f"{texts.system}\n{more.system}", f"{texts.user}\n{more.user}", texts.shared)


def revise(material: TaskMaterial, words: str) -> TaskMaterial:
    """The material with the rated answer as it was revised."""
    replies = (
        replace(reply, text=words, turns=(*reply.turns[:-1], words) if reply.turns else ())
        for reply in material.replies
    )
    return replace(material, replies=tuple(replies))


def _describe(found: Answer | None) -> str:
    """What was said of a principle, in a line."""
    if found is None or found.code is None:
        return "not said"
    return f"{found.code}. {found.rationale}" if found.rationale else found.code


def choose_parameters(judge: Judge, step: Step) -> dict[str, Any]:
    """The judge's parameters for this step: a seed that is set counts on from sample to sample."""
    parameters: dict[str, Any] = judge.parameters
    if step.sample > 1 and "seed" in parameters:
        return {**parameters, "seed": parameters["seed"] + step.sample - 1}
    return parameters
