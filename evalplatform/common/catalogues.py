"""Translation catalogues, compiled without gettext's binaries."""

import os
from pathlib import Path

from django.conf import settings


def compile_catalogues() -> list[Path]:
    """Compile every `.po` that is newer than its `.mo`; a read-only installation keeps what it has."""
    compiled = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                compiled += _compile(source, target)
    return compiled


def _compile(source: Path, target: Path) -> list[Path]:
    import polib

    partial = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        polib.pofile(str(source)).save_as_mofile(str(partial))
        partial.replace(target)
    except PermissionError:
        return []
    return [target]
