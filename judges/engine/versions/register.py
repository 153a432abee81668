"""New connections and judges. A judge is what its content hash says, and never changes."""

from collections.abc import Mapping, Sequence
from typing import Any  # parameters are any JSON values

from django.db import IntegrityError, transaction

from annotations.domain.locks.project_lock import lock_project
from annotations.models import SPECIMEN, Origin, Project, Rater, RaterKind
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import hash_content
from evalplatform.common.outbound import check_outbound_url
from evalplatform.common.vault import encrypt_secret
from judges.engine.asking.parameters import check_parameters
from judges.engine.asking.recipes import check_recipe, list_texts_beyond
from judges.engine.versions.capable import settle_parameters
from judges.engine.versions.examples import Order, draw_examples
from judges.engine.versions.naming import list_versions, name_next
from judges.engine.versions.prompt_versions import hash_prompt, keep_version
from judges.models import Connection, Judge, Prompt, Protocol, Provider
from judges.prompts import read_default_templates
from judges.prompts.step_templates import read_step_templates
from judges.protocols.recipe import EXAMPLES, EXAMPLES_BY, EXAMPLES_SEED, EXAMPLES_SHARE
from judges.providers.builtin import BUILTINS
from judges.providers.local_files import LOCAL_MODEL
from judges.queries.connections import list_granted
from judges.queries.split import Reach, Split

USUAL_SHARE = 0.2


def create_connection(
    *,
    name: str,
    provider: str,
    base_url: str = "",
    key: str = "",
    owner: User | None = None,
    projects: tuple[Project, ...] = (),
) -> Connection:
    """An account at a provider; the key is stored encrypted and never shown again.

    `projects` may use it. Without an owner and without projects, all may.
    """
    if provider not in Provider.values:
        raise Invalid.at(f"must be one of {', '.join(Provider.values)}", field="provider")
    if not name.strip():
        raise Invalid.at("must not be empty", field="name")
    if provider == Provider.LOCAL and (base_url or key):
        raise Invalid.at("the local model has neither an address nor a key", field="provider")
    if base_url:
        check_outbound_url(base_url)
    try:
        with transaction.atomic():
            connection = Connection.objects.create(
                owner=owner,
                name=name,
                provider=provider,
                base_url=base_url,
                encrypted_key=encrypt_secret(key) if key else "",
                key_ending=key[-4:] if len(key) >= 12 else "",
            )
            connection.projects.add(*projects)
    except IntegrityError:
        raise Conflict(f"There is a connection named {name} already.") from None
    return connection


def create_judge(
    *,
    project: Project,
    name: str,
    protocol: str,
    builtin: str = "",
    connection: Connection | None = None,
    model: str = "",
    parameters: Mapping[str, Any] | None = None,
    templates: tuple[str, str] | None = None,
    prompt: Prompt | None = None,
) -> Judge:
    """A judge with its rater; asked for again with the same name and content, the one that is there.

    The same model and protocol asked in another way, under the same name, is its next version: `strict@2`.

    `prompt` is a version of the project's, or `templates` are the system and user template; left out, the platform's
    own. Examples are drawn now: labels that come later do not change them.
    """
    if connection is not None and connection.provider == Provider.LOCAL:
        model = _check_specimen(name, model)
    with transaction.atomic():
        lock_project(project)
        earlier = list_versions(project=project, name=name)
        judge = draft_judge(
            project=project, protocol=protocol, builtin=builtin, connection=connection, model=model,
            parameters=parameters, templates=templates, prompt=prompt, earlier=earlier,
        )  # fmt: skip
        return _find_same(judge, earlier) or keep_judge(judge, name_next(judge, name, earlier))


def draft_judge(
    *,
    project: Project,
    protocol: str,
    builtin: str = "",
    connection: Connection | None = None,
    model: str = "",
    parameters: Mapping[str, Any] | None = None,
    templates: tuple[str, str] | None = None,
    prompt: Prompt | None = None,
    reach: Reach | None = None,
    earlier: Sequence[Judge] = (),
) -> Judge:
    """The judge that `create_judge` would make, with its hash, neither named nor stored. Raises Invalid.

    `reach` is what it may rate: left out, all but the items that its examples are drawn from. The examples are
    those of the first of `earlier` that was asked for in the same words.
    """
    is_local = connection is not None and connection.provider == Provider.LOCAL
    _check_source(protocol, builtin, connection, model)
    if is_local and protocol == Protocol.RANKING:
        raise Invalid.at("the local model is too small to rank", field="protocol")
    if connection is not None and not list_granted(project).filter(pk=connection.pk).exists():
        raise Invalid.at("this connection is not granted to the project", field="connection")
    _check_prompt(project, protocol, builtin, prompt)
    checked = check_parameters(parameters or {})
    check_recipe(checked, protocol=protocol, is_model=not (builtin or is_local))
    checked = settle_parameters(connection=connection, model=model, parameters=checked)
    if is_local:
        templates = templates or read_default_templates(protocol, provider=Provider.LOCAL)
    if prompt is None and not builtin:
        prompt = get_prompt(project=project, protocol=protocol, templates=templates)
    reach = reach or _find_reach(checked)
    beyond = list_texts_beyond(checked, is_model=not (builtin or is_local))
    judge = Judge(
        project=project,
        protocol=protocol,
        builtin=builtin,
        connection=connection,
        model=model,
        prompt=prompt,
        parameters=checked,
        step_templates=read_step_templates(
            beyond, protocol=protocol, language=prompt.language if prompt else ""
        ),
        split=reach.describe() if reach else {},
    )
    if reach and checked.get(EXAMPLES):
        judge.examples = _find_examples(judge, reach, earlier)
    judge.content_hash = _hash_judge(judge)
    return judge


def keep_judge(judge: Judge, name: str) -> Judge:
    """Store a drafted judge under this name, with a rater of its own. Raises Conflict where the name is taken."""
    judge.rater = _create_rater(judge.project, name, judge.builtin, judge.connection, judge.parameters)
    judge.save()
    return judge


def _find_reach(parameters: Mapping[str, Any]) -> Reach | None:
    if not parameters.get(EXAMPLES):
        return None
    share, seed = parameters.get(EXAMPLES_SHARE, USUAL_SHARE), parameters.get(EXAMPLES_SEED, 0)
    return Reach(split=Split(share=share, seed=seed))


def _find_examples(judge: Judge, reach: Reach, earlier: Sequence[Judge]) -> list[dict[str, Any]]:
    """Those of an earlier judge that was asked for in the same words, else drawn now."""
    terms = _describe_example_terms(judge)
    if same := next((held for held in earlier if _describe_example_terms(held) == terms), None):
        return list(same.examples)
    order = Order(
        protocol=judge.protocol,
        count=judge.parameters[EXAMPLES],
        labels_by=judge.parameters.get(EXAMPLES_BY, "people"),
        split=reach.split,
    )
    return draw_examples(project=judge.project, order=order)


def _describe_example_terms(judge: Judge) -> list[Any]:
    terms = {name: judge.parameters.get(name) for name in (EXAMPLES, EXAMPLES_BY)}
    return [judge.protocol, terms, judge.split.get("share"), judge.split.get("seed")]


def get_prompt(*, project: Project, protocol: str, templates: tuple[str, str] | None = None) -> Prompt:
    """The version of the protocol's prompt with these templates, made if it is new."""
    system, user = templates or read_default_templates(protocol)
    prompt = Prompt(
        project=project, key=protocol, protocol=protocol, system_template=system, user_template=user,
        content_hash=hash_prompt(protocol, system, user),
    )  # fmt: skip
    return keep_version(prompt)[0]


def _check_specimen(name: str, model: str) -> str:
    """The model's name. A judge that is too weak to stand in for anybody says so wherever its name appears."""
    if SPECIMEN not in name.lower():
        raise Invalid.at(f"must contain the word {SPECIMEN}: the local model is no good judge", field="name")
    if model not in ("", LOCAL_MODEL):
        raise Invalid.at(f"must be {LOCAL_MODEL} or empty at a local connection", field="model")
    return LOCAL_MODEL


def _check_source(protocol: str, builtin: str, connection: Connection | None, model: str) -> None:
    if protocol not in Protocol.values:
        raise Invalid.at(f"must be one of {', '.join(Protocol.values)}", field="protocol")
    if bool(builtin) == (connection is not None):
        raise Invalid.at("a judge is either builtin or has a connection", field="builtin")
    if connection is not None and not model:
        raise Invalid.at("must name a model of the connection's provider", field="model")
    if builtin and protocol not in BUILTINS.get(builtin, ()):
        fitting = sorted(name for name, protocols in BUILTINS.items() if protocol in protocols)
        raise Invalid.at(f"must be one of {', '.join(fitting)} for {protocol}", field="builtin")


def _check_prompt(project: Project, protocol: str, builtin: str, prompt: Prompt | None) -> None:
    if prompt is None:
        return
    if builtin:
        raise Invalid.at("a builtin is told nothing", field="prompt")
    if prompt.project_id != project.pk:
        raise Invalid.at("this prompt belongs to another project", field="prompt")
    if prompt.protocol != protocol:
        raise Invalid.at(f"is made for {prompt.protocol}, not for {protocol}", field="prompt")


def _hash_judge(judge: Judge) -> str:
    """What makes two judges the same. What a version has none of keeps out of it, so that older hashes stand."""
    connection, prompt = judge.connection, judge.prompt
    further = {"steps": judge.step_templates, "examples": judge.examples, "split": judge.split}
    return hash_content(
        {
            "protocol": judge.protocol,
            "builtin": judge.builtin,
            "provider": connection.provider if connection else "",
            "base_url": connection.base_url if connection else "",
            "model": judge.model,
            "prompt": prompt.content_hash if prompt else "",
            "parameters": judge.parameters,
            **{name: held for name, held in further.items() if held},
        }
    )


def _find_same(judge: Judge, versions: Sequence[Judge]) -> Judge | None:
    """The judge with this content among those of its name. Raises Conflict where another has it."""
    same = find_stored(judge)
    if same is not None and same not in versions:
        raise Conflict(f"A judge with the same content is there already: {same.rater.name}.")
    return same


def find_stored(judge: Judge) -> Judge | None:
    """The stored judge with the content of a drafted one."""
    held = Judge.objects.select_related("rater", "project", "connection", "prompt")
    return held.filter(project=judge.project, content_hash=judge.content_hash).first()


def _create_rater(
    project: Project, name: str, builtin: str, connection: Connection | None, parameters: dict[str, Any]
) -> Rater:
    kind = RaterKind.METRIC if builtin else RaterKind.JUDGE
    if Rater.objects.filter(project=project, kind=kind, name=name).exists():
        raise Conflict(f"There is a {kind} named {name} already.")
    at_vendor = connection is not None and not connection.base_url
    is_local = connection is not None and connection.provider == Provider.LOCAL
    vendor = connection.provider if connection is not None and at_vendor else ""
    return Rater.objects.create(
        project=project,
        kind=kind,
        origin=Origin.LIVE,
        name=name,
        family=parameters.get("family", vendor),
        attributes={SPECIMEN: True} if is_local else {},
    )
