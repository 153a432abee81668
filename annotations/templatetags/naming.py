from django import template

from annotations.views.wording import name_raters

register = template.Library()


@register.filter
def raters_in_words(group: str | None) -> str:
    """A set of raters in the language of the page: `people:expert` is "people (expert)"."""
    return name_raters(group or "")
