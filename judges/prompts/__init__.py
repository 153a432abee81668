"""What judges are told: the prompts that come with the platform, and how a template is filled."""

from judges.prompts.library import (
    LibraryPrompt,
    find_library_prompt,
    include_parts,
    list_library,
    read_default_templates,
)
from judges.prompts.sandbox import check_template, fill_template

__all__ = [
    "LibraryPrompt",
    "check_template",
    "fill_template",
    "find_library_prompt",
    "include_parts",
    "list_library",
    "read_default_templates",
]
