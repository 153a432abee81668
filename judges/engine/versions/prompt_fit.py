"""Whether a project can be judged by a prompt of the library, which prompt a name means, and the rubric it needs."""

from annotations.domain.asking.rubrics import create_rubric
from annotations.domain.formats.criteria import read_criterion
from annotations.domain.formats.stored_criterion import build_criterion
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.models import Criterion, Item, Project, Rubric, TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.versions.prompt_versions import build_library_prompt, get_version, keep_version
from judges.models import Prompt
from judges.prompts import LibraryPrompt, find_library_prompt, list_library
from judges.protocols.scales import describe_scale, list_values
from judges.queries.prompts import find_prompt


def list_missing(project: Project, prompt: LibraryPrompt) -> tuple[str, ...]:
    """What the project lacks for this prompt, in words; empty where it fits."""
    wanted = build_criteria(prompt)
    rubrics = Rubric.objects.filter(project=project, task_kind=prompt.protocol).prefetch_related("criteria")
    reasons = [_compare(rubric, wanted) for rubric in rubrics]
    missing = [f"a rubric of {prompt.protocol} tasks"] if not reasons else min(reasons, key=len)
    return (*missing, *filter(None, (_find_need(project, need) for need in prompt.needs)))


def build_criteria(prompt: LibraryPrompt) -> list[Criterion]:
    """The criteria that the prompt is made for, not stored."""
    specs = ((each["key"], read_criterion({"name": each["key"], **each}, "en")) for each in prompt.criteria)
    return [build_criterion(spec, key, fractions=spec.fractions) for key, spec in specs]


def add_rubric(*, project: Project, prompt: LibraryPrompt) -> Rubric:
    """The rubric that the prompt is made for, in this project, with its tasks. Raises Invalid where it needs none."""
    if not prompt.criteria:
        raise Invalid.at(f"{prompt.name} goes by any rubric", field="prompt")
    labels = {"en": prompt.criteria[0]["labels"]["en"], "ru": prompt.criteria[0]["labels"]["ru"]}
    kind = TaskKind(prompt.protocol)
    rubric = create_rubric(
        project=project, key=prompt.name, task_kind=kind, criteria=build_criteria(prompt), labels=labels
    )
    plan_tasks(project=project)
    return rubric


def look_up_prompt(*, project: Project, name: str, language: str = "") -> Prompt:
    """What a name means: `key@2`, the project's newest of `key`, or else the library's, which is then not stored.

    Raises Invalid where the name is unknown.
    """
    key, at, version = name.partition("@")
    if at:
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
        if number is None:
            raise Invalid.at("a version is a number, as in factuality@2", field="prompt")
        return get_version(project=project, key=key, version=number)
    if not language and (own := find_prompt(project=project, key=key)):
        return own
    if key not in {prompt.name for prompt in list_library()}:
        raise Invalid.at(f"neither this project nor the library has a prompt {key}", field="prompt")
    return build_library_prompt(project=project, name=key, language=language)


def resolve_prompt(*, project: Project, name: str, language: str = "") -> Prompt:
    """The stored version that a name means; a prompt of the library becomes the project's own.

    Raises Invalid where the name is unknown, or where the project lacks what the library's prompt needs.
    """
    prompt = look_up_prompt(project=project, name=name, language=language)
    if not prompt._state.adding:
        return prompt
    if missing := list_missing(project, find_library_prompt(name)):
        raise Invalid.at(
            f"{name} does not fit this project, which lacks {'; '.join(missing)}", field="prompt"
        )
    return keep_version(prompt)[0]


def _compare(rubric: Rubric, wanted: list[Criterion]) -> list[str]:
    there = {criterion.key: criterion for criterion in rubric.criteria.all()}
    return [
        reason for criterion in wanted if (reason := _find_difference(criterion, there.get(criterion.key)))
    ]


def _find_difference(wanted: Criterion, found: Criterion | None) -> str:
    if found is None:
        return f"a criterion {wanted.key} ({wanted.level}: {_name_values(wanted)})"
    if (found.level, describe_scale(found)) != (wanted.level, describe_scale(wanted)):
        return (
            f"a criterion {wanted.key} ({wanted.level}: {_name_values(wanted)}),"
            f" where there is one ({found.level}: {_name_values(found)})"
        )
    return ""


def _name_values(criterion: Criterion) -> str:
    return ", ".join(map(str, list_values(criterion))) or "its usual values"


def _find_need(project: Project, need: str) -> str:
    """What is missing of a need, in words."""
    items = Item.objects.filter(project=project)
    has_one = items.filter(reference__isnull=False).exclude(reference="").exists()
    return "" if need != "reference" or has_one else "items with a reference"
