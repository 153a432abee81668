"""Cells of CSV that no spreadsheet takes for a formula."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\x00")


def guard_cell(text: str) -> str:
    """The text, behind an apostrophe where it would be run: also after blanks, which some programs strip."""
    stripped = text.lstrip()
    return f"'{text}" if text.startswith(DANGEROUS) or stripped.startswith(DANGEROUS) else text
