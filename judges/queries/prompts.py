"""Versions of prompts as rows, and what changed from one to another."""

import difflib
import re
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from annotations.models import Project
from judges.models import Prompt

WORD = re.compile(r"\s+|[\w']+|.", re.DOTALL)
CONTEXT = 3  # lines around a change
MOST_LINES, MOST_WORDS = 600, 100  # what is longer is shown as replaced: comparing costs up to their cube


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A run of characters of a line; `is_changed` where the other version has something else there."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a unified diff: mark ` `, `-`, `+`, or `@` for a leap to another place."""

    mark: str
    pieces: tuple[DiffPiece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class PromptDiff:
    """From `old` to `new`, template by template; no lines where nothing changed."""

    old: Prompt
    new: Prompt
    system: tuple[DiffLine, ...]
    user: tuple[DiffLine, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.system or self.user)


def list_prompts(project: Project) -> QuerySet[Prompt]:
    """Versions of the project's prompts, newest first, with `judge_count` and `used_at` (null: not used yet)."""
    return (
        Prompt.objects.filter(project=project)
        .annotate(judge_count=Count("judges", distinct=True), used_at=Max("judges__used_at"))
        .select_related("created_by")
        .order_by("-pk")
    )


def find_prompt(*, project: Project, key: str, version: int | None = None) -> Prompt | None:
    """This version of the prompt `key`, or its newest."""
    versions = Prompt.objects.filter(project=project, key=key).order_by("-version")
    return (versions.filter(version=version) if version is not None else versions).first()


def list_versions(prompt: Prompt) -> QuerySet[Prompt]:
    """Every version of the same prompt, newest first."""
    return list_prompts(prompt.project).filter(key=prompt.key).order_by("-version")


def find_earlier(prompt: Prompt) -> Prompt | None:
    """The version before this one; None for the first."""
    versions = Prompt.objects.filter(project=prompt.project_id, key=prompt.key, version__lt=prompt.version)
    return versions.order_by("-version").first()


def diff_prompts(old: Prompt, new: Prompt) -> PromptDiff:
    """What changed from one version to another, by lines, and by words inside lines that were replaced."""
    return PromptDiff(
        old,
        new,
        diff_texts(old.system_template, new.system_template),
        diff_texts(old.user_template, new.user_template),
    )


def diff_texts(old: str, new: str) -> tuple[DiffLine, ...]:
    """Unified diff with three lines of context."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return ()
    if max(len(before), len(after)) > MOST_LINES:
        return tuple(_replace_whole(before, after))
    lines: list[DiffLine] = []
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT):
        lines.append(_mark_place(group[0], group[-1]))
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                lines += [DiffLine(" ", (DiffPiece(line),)) for line in before[start:end]]
            else:
                lines += _replace(before[start:end], after[new_start:new_end])
    return tuple(lines)


def _mark_place(first: tuple[str, int, int, int, int], last: tuple[str, int, int, int, int]) -> DiffLine:
    old = f"-{first[1] + 1},{last[2] - first[1]}"
    new = f"+{first[3] + 1},{last[4] - first[3]}"
    return DiffLine("@", (DiffPiece(f"@@ {old} {new} @@"),))


def _replace(old: list[str], new: list[str]) -> list[DiffLine]:
    if len(old) != len(new):
        return _replace_whole(old, new)
    pairs = [_compare_words(*pair) for pair in zip(old, new, strict=True)]
    return [DiffLine("-", before) for before, _ in pairs] + [DiffLine("+", after) for _, after in pairs]


def _replace_whole(old: list[str], new: list[str]) -> list[DiffLine]:
    marked = [("-", line) for line in old] + [("+", line) for line in new]
    return [DiffLine(mark, (DiffPiece(line, True),)) for mark, line in marked]


def _compare_words(old: str, new: str) -> tuple[tuple[DiffPiece, ...], tuple[DiffPiece, ...]]:
    before, after = WORD.findall(old), WORD.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return (DiffPiece(old, True),), (DiffPiece(new, True),)
    old_pieces: list[DiffPiece] = []
    new_pieces: list[DiffPiece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if start < end:
            old_pieces.append(DiffPiece("".join(before[start:end]), kind != "equal"))
        if new_start < new_end:
            new_pieces.append(DiffPiece("".join(after[new_start:new_end]), kind != "equal"))
    return tuple(old_pieces), tuple(new_pieces)


def write_unified(lines: tuple[DiffLine, ...]) -> str:
    """The diff as plain text, as `diff -u` writes its body."""
    return "".join(f"{line.text if line.mark == '@' else line.mark + line.text}\n" for line in lines)
