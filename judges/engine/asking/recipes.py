"""A judge's recipe, and which recipes there can be."""

from collections.abc import Mapping
from typing import Any  # parameters are any JSON values

from evalplatform.common.errors import Fault, Invalid
from judges.models import Judge, Protocol
from judges.protocols import recipe as names
from judges.protocols.recipe import Recipe, read_recipe
from judges.protocols.steps import Act

# A baseline, a metric and the small local model answer once, and read what they read.
OF_MODELS = (
    names.PER_CRITERION, names.SAMPLES, names.EARLY_STOP, names.STANDARD_ERROR, names.REASONING, names.REPAIR,
    names.PRINCIPLES, names.CRITIQUES, names.EXAMPLES, *names.OF_EXAMPLES,
)  # fmt: skip


WEIGH = "weigh"  # what is added to the words of a rating where critiques stand


def get_recipe(judge: Judge) -> Recipe:
    """How this version comes to a verdict. It repairs replies if it holds the words for it: older ones do not."""
    return read_recipe(
        judge.parameters,
        is_model=not judge.builtin,
        can_repair=Act.REPAIR in judge.step_templates,
        is_ranking=judge.protocol == Protocol.RANKING,
    )


def list_texts_beyond(parameters: Mapping[str, Any], *, is_model: bool) -> list[str]:
    """What a new version needs words for beyond its prompt: what it may do besides rating, and its examples."""
    examples = [names.EXAMPLES] if parameters.get(names.EXAMPLES) else []
    return [*_list_acts(parameters, is_model), *examples]


def _list_acts(parameters: Mapping[str, Any], is_model: bool) -> list[str]:
    if parameters.get(names.PRINCIPLES):
        return [Act.PRINCIPLES, Act.CRITIQUE, Act.REVISION]
    critiques = [Act.CRITIC, Act.DOUBT, WEIGH] if parameters.get(names.CRITIQUES) else []
    return [*critiques, Act.REPAIR] if is_model and parameters.get(names.REPAIR, True) else critiques


def check_recipe(parameters: Mapping[str, Any], *, protocol: str, is_model: bool) -> None:
    """Raises Invalid with every parameter that this judge cannot have, or that does nothing without another."""
    faults = [Fault(problem, field=name) for name, problem in _find_faults(parameters, protocol, is_model)]
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults=tuple(faults))


def _find_faults(parameters: Mapping[str, Any], protocol: str, is_model: bool) -> list[tuple[str, str]]:
    faults = []
    if not is_model:
        asks_once = "works for models at a provider only"
        faults += [(name, asks_once) for name in OF_MODELS if name in parameters]
    samples = parameters.get(names.SAMPLES, 1)
    if samples > 1 and parameters.get("temperature") == 0:
        faults.append((names.SAMPLES, "samples at temperature 0 are copies of each other"))
    if parameters.get(names.EARLY_STOP) and samples < 3:
        faults.append((names.EARLY_STOP, "needs at least 3 samples"))
    if names.STANDARD_ERROR in parameters and not parameters.get(names.EARLY_STOP):
        faults.append((names.STANDARD_ERROR, "bounds an early stop, which is not asked for"))
    if parameters.get(names.NEEDS_REFERENCE) and not parameters.get(names.REFERENCE, True):
        faults.append((names.NEEDS_REFERENCE, "a reference that is hidden cannot be needed"))
    if names.ORDERS in parameters and protocol != Protocol.RANKING:
        faults.append((names.ORDERS, "are those of a ranking: they need the protocol ranking"))
    if protocol == Protocol.RANKING:
        unfit_to_rank = (names.SAMPLES, names.EARLY_STOP, names.STANDARD_ERROR, names.WEIGHTED)
        faults += [
            (name, "does not go with a ranking, whose orders are its samples")
            for name in unfit_to_rank
            if parameters.get(name, 1) not in (1, False)
        ]
    if not parameters.get(names.EXAMPLES):
        faults += [(name, "goes with examples") for name in names.OF_EXAMPLES if name in parameters]
    faults += _find_faults_of_critiques(parameters, protocol)
    if names.PRINCIPLES in parameters:
        if protocol != Protocol.SINGLE:
            faults.append((names.PRINCIPLES, "are upheld by one answer: they need the protocol single"))
        unfit = [name for name in (names.PER_CRITERION, names.REPAIR) if parameters.get(name)]
        unfit += [names.SAMPLES] if samples > 1 else []
        faults += [(name, "does not go with principles") for name in unfit]
    return faults


def _find_faults_of_critiques(parameters: Mapping[str, Any], protocol: str) -> list[tuple[str, str]]:
    critiques = parameters.get(names.CRITIQUES, 0)
    if not critiques:
        needs = (names.CRITIQUE_LEVELS, "is that of critiques, which are not asked for")
        return [needs] if names.CRITIQUE_LEVELS in parameters else []
    faults = []
    if critiques > 1 and parameters.get("temperature") == 0:
        faults.append((names.CRITIQUES, "several at temperature 0 are copies of each other"))
    if protocol == Protocol.RANKING:
        faults.append((names.CRITIQUES, "are of single answers and pairs: they do not go with a ranking"))
    unfit = [name for name in (names.PER_CRITERION, names.PRINCIPLES) if parameters.get(name)]
    unfit += [names.SAMPLES] if parameters.get(names.SAMPLES, 1) > 1 else []
    return [*faults, *((name, "does not go with critiques") for name in unfit)]
