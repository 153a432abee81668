"""Whether a model can do what a judge asks of it: said when the judge is made, never found out by a silent loss."""

from collections.abc import Mapping
from typing import Any  # parameters are any JSON values

from evalplatform.common.errors import Fault, Invalid
from judges.models import Connection
from judges.providers.capabilities import Capabilities, Endpoint, ReplyFormat, find_capabilities

# Parameters that are handed on: the model must not be known to lack what bears their name.
HANDED_ON = (
    "temperature", "top_p", "seed", "reasoning_effort", "effort", "verbosity", "service_tier", "prompt_cache",
)  # fmt: skip
# What an endpoint has no place for, whatever the model.
WITHOUT: Mapping[str, tuple[str, ...]] = {
    Endpoint.RESPONSES: ("seed",),
    Endpoint.DECISIONS: (
        "temperature", "top_p", "seed", "reasoning_effort", "verbosity", "service_tier", "reply_format", "max_tokens",
    ),
}  # fmt: skip
NO_PLACE = "this endpoint has no such parameter"
LACKING = "this model has no such parameter"
HOW_TO_PROBE = "manage.py probe_connection finds it out"
MODELS_ONLY = ("endpoint", "probability_weighted", "prompt_cache", "reply_format")
STRICTNESS: list[str] = list(ReplyFormat)


def settle_parameters(
    *, connection: Connection | None, model: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The parameters with `reply_format` written out where the model keeps to no JSON schema.

    So what is asked is part of the judge, and a later probe changes nothing of it. Raises Invalid with every
    parameter that the model lacks.
    """
    if connection is None:
        return _check_builtin(parameters)
    found = find_capabilities(connection, model)
    faults = [*_find_lacks(found, parameters), *_find_unproven(found, parameters)]
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults=tuple(faults))
    is_told = "reply_format" in parameters or parameters.get("endpoint") == Endpoint.DECISIONS
    if is_told or found.schema in ("", ReplyFormat.JSON_SCHEMA):
        return dict(parameters)
    return {**parameters, "reply_format": str(found.schema)}


def _check_builtin(parameters: Mapping[str, Any]) -> dict[str, Any]:
    faults = tuple(Fault("is for models", field=name) for name in MODELS_ONLY if parameters.get(name))
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults=faults)
    return dict(parameters)


def _find_lacks(found: Capabilities, parameters: Mapping[str, Any]) -> list[Fault]:
    lacking = [name for name in HANDED_ON if name in parameters and getattr(found, name) is False]
    # A switch that is off asks for nothing.
    faults = [Fault(LACKING, field=name) for name in lacking if parameters[name] is not False]
    faults += [
        Fault(NO_PLACE, field=name)
        for name in WITHOUT.get(parameters.get("endpoint", ""), ())
        if name in parameters and name not in lacking
    ]
    wanted = parameters.get("reply_format")
    if wanted and found.schema and STRICTNESS.index(wanted) < STRICTNESS.index(found.schema):
        faults.append(Fault(f"this model keeps to no more than {found.schema}", field="reply_format"))
    return faults


def _find_unproven(found: Capabilities, parameters: Mapping[str, Any]) -> list[Fault]:
    """What a judge stands or falls with must be known to be there."""
    needs = {"logprobs": "probability_weighted"} if parameters.get("probability_weighted") else {}
    endpoint = parameters.get("endpoint", Endpoint.CHAT)
    if endpoint == Endpoint.DECISIONS:
        needs = {}  # its answers are probabilities
    if endpoint != Endpoint.CHAT:
        needs[endpoint] = "endpoint"
    words = {
        False: "this model gives no {need}",
        None: f"whether this model gives {{need}} is not known: {HOW_TO_PROBE}",
    }
    return [
        Fault(words[value].format(need=need), field=field)
        for need, field in needs.items()
        if (value := getattr(found, need)) is not True
    ]


def tell_of_loss(parameters: Mapping[str, Any]) -> str:
    """What a reader of this judge's verdicts should know about how its replies are held to their form."""
    match parameters.get("reply_format", ReplyFormat.JSON_SCHEMA):
        case ReplyFormat.JSON_OBJECT:
            return "The model is held to JSON, not to the schema: a reply that does not fit is unparsable."
        case ReplyFormat.TEXT:
            return "The model is held to no form: a reply that is not the JSON asked for is unparsable."
        case _:
            return ""
