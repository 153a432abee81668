"""What tasks ask of raters, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.queries.gates import Demand
from evalplatform.common.language_tags import name_language


def describe_demand(demand: Demand) -> str:
    """The language and the skills that are asked for."""
    parts = (
        [_("reading %(language)s") % {"language": name_language(demand.language)}] if demand.language else []
    )
    return ", ".join([*parts, *(_("the skill %(name)s") % {"name": name} for name in demand.skills)])


def describe_stranded(demands: Iterable[Demand]) -> list[str]:
    """A sentence for each set of tasks that nobody may be dealt."""
    return [
        ngettext(
            "%(tasks)s task asks for something that nobody here has: %(asked)s.",
            "%(tasks)s tasks ask for something that nobody here has: %(asked)s.",
            demand.tasks,
        )
        % {"tasks": demand.tasks, "asked": describe_demand(demand)}
        for demand in demands
    ]
