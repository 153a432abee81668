"""What a template may not do, found in its tree before it is ever compiled."""

from collections.abc import Iterator

from jinja2 import nodes

from evalplatform.common.errors import Fault
from judges.prompts.language import FILTERS, TESTS

METHODS = frozenset(
    {
        "endswith",
        "get",
        "items",
        "keys",
        "lower",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "upper",
        "values",
    }
)
PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Getitem, nodes.Slice, nodes.Neg,
    nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.CondExpr, nodes.If, nodes.Assign,
    nodes.Add, nodes.Sub, nodes.Keyword,
)  # fmt: skip
ADVICE: dict[type[nodes.Node], str] = {
    nodes.Concat: "texts are put side by side or joined by the filter join, not by ~",
    nodes.Include: "only parts that come with the platform can be included, each by a line of its own",
    nodes.Mul: "multiplication is not allowed",
    nodes.Pow: "powers are not allowed",
    nodes.Macro: "macros are not allowed",
}


def list_faults(tree: nodes.Node) -> list[Fault]:
    """Every place where a template does what none may."""
    faults = [Fault(problem, line=node.lineno) for node in _walk(tree) if (problem := _find_fault(node))]
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    uncalled = (n for n in tree.find_all(nodes.Getattr) if n.attr in METHODS and id(n) not in called)
    return faults + [Fault(f"{n.attr} is called with brackets", line=n.lineno) for n in uncalled]


def list_unknown(tree: nodes.Template, known: frozenset[str]) -> list[Fault]:
    """Every place where a template uses a variable that is not known."""
    names = [node for node in _walk(tree) if isinstance(node, nodes.Name)]
    stored = {node.name for node in names if node.ctx == "store"} | {"loop"}
    words = f"there are {', '.join(sorted(known))}"
    return [
        Fault(f"no variable {node.name}; {words}", line=node.lineno)
        for node in names
        if node.ctx == "load" and node.name not in known | stored
    ]


def _walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _walk(child)


def _find_fault(node: nodes.Node) -> str:
    if isinstance(node, nodes.Test):
        return "" if node.name in TESTS else f"no test {node.name}"
    if isinstance(node, nodes.Name):
        return "self is no variable" if node.name == "self" else ""
    if isinstance(node, PLAIN):
        return ""
    if isinstance(node, nodes.Getattr):
        return f"no attribute {node.attr}" if node.attr.startswith("_") else ""
    if isinstance(node, nodes.Filter):
        return (
            "" if node.name in FILTERS else f"no filter {node.name}; there are {', '.join(sorted(FILTERS))}"
        )
    if isinstance(node, nodes.For):
        return "a loop may not call itself" if node.recursive else ""
    if isinstance(node, nodes.List | nodes.Tuple):
        is_target = isinstance(node, nodes.Tuple) and node.ctx == "store"
        is_fixed = all(isinstance(item, nodes.Const) for item in node.items)
        return "" if is_target or is_fixed else "lists hold fixed values only"
    if isinstance(node, nodes.Call):
        return _find_fault_of_call(node)
    return ADVICE.get(type(node), f"{type(node).__name__.lower()} is not allowed in a prompt")


def _find_fault_of_call(call: nodes.Call) -> str:
    if isinstance(call.node, nodes.Getattr) and call.node.attr in METHODS:
        return "" if call.dyn_args is None and call.dyn_kwargs is None else "arguments are written out"
    called = getattr(call.node, "name", getattr(call.node, "attr", "this"))
    return f"a call of {called} is not allowed in a prompt"
