"""New connections and judges. A judge is what its content hash says, and never changes."""

from collections.abc import Mapping
from typing import Any  # parameters are any JSON values

from django.db import IntegrityError, transaction
from django.db.models import Max

from annotations.models import SPECIMEN, Origin, Project, Rater, RaterKind
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import hash_content
from evalplatform.common.outbound import check_outbound_url
from evalplatform.common.vault import encrypt_secret
from judges.engine.parameters import check_parameters
from judges.models import Connection, Judge, Prompt, Protocol, Provider
from judges.prompts import read_default_templates
from judges.providers.builtin import BUILTINS
from judges.providers.local_files import LOCAL_MODEL
from judges.queries.connections import list_granted


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
) -> Judge:
    """A judge with its rater; asked for again with the same name and content, the one that is there.

    `templates` are the system and user template; left out, the platform's own.
    """
    if is_local := connection is not None and connection.provider == Provider.LOCAL:
        model = _check_specimen(name, model)
    _check_source(protocol, builtin, connection, model)
    if connection is not None and not list_granted(project).filter(pk=connection.pk).exists():
        raise Invalid.at("this connection is not granted to the project", field="connection")
    checked = check_parameters(parameters or {})
    with transaction.atomic():
        if is_local:
            templates = templates or read_default_templates(protocol, provider=Provider.LOCAL)
        prompt = None if builtin else get_prompt(project=project, protocol=protocol, templates=templates)
        content_hash = _hash_judge(protocol, builtin, connection, model, prompt, checked)
        if same := _find_same(project, name, content_hash):
            return same
        rater = _create_rater(project, name, builtin, connection, checked)
        return Judge.objects.create(
            project=project,
            rater=rater,
            protocol=protocol,
            builtin=builtin,
            connection=connection,
            model=model,
            prompt=prompt,
            parameters=checked,
            content_hash=content_hash,
        )


def get_prompt(*, project: Project, protocol: str, templates: tuple[str, str] | None = None) -> Prompt:
    """The version of the protocol's prompt with these templates, made if it is new."""
    system, user = templates or read_default_templates(protocol)
    content_hash = hash_content([protocol, system, user])
    versions = Prompt.objects.filter(project=project, key=protocol)
    if found := versions.filter(content_hash=content_hash).first():
        return found
    last = versions.aggregate(last=Max("version"))["last"] or 0
    return Prompt.objects.create(
        project=project, key=protocol, version=last + 1, protocol=protocol,
        system_template=system, user_template=user, content_hash=content_hash,
    )  # fmt: skip


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


def _hash_judge(
    protocol: str,
    builtin: str,
    connection: Connection | None,
    model: str,
    prompt: Prompt | None,
    parameters: dict[str, Any],
) -> str:
    return hash_content(
        {
            "protocol": protocol,
            "builtin": builtin,
            "provider": connection.provider if connection else "",
            "base_url": connection.base_url if connection else "",
            "model": model,
            "prompt": prompt.content_hash if prompt else "",
            "parameters": parameters,
        }
    )


def _find_same(project: Project, name: str, content_hash: str) -> Judge | None:
    """The judge with this content. Raises Conflict where name and content point to different judges."""
    same = Judge.objects.select_related("rater").filter(project=project, content_hash=content_hash).first()
    if same is not None and same.rater.name != name:
        raise Conflict(f"A judge with the same content is there already: {same.rater.name}.")
    taken = Judge.objects.filter(project=project, rater__name=name).exclude(content_hash=content_hash)
    if taken.exists():
        raise Conflict(
            f"There is another judge named {name}: judges never change, so give this one a new name."
        )
    return same


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
