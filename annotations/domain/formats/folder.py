"""The files of a study folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evalplatform.common.errors import Invalid
from evalplatform.common.jsonl import find_jsonl

MANIFEST = "manifest.json"
STEMS = ("items", "generations", "ratings")


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """Where the parts lie; a study may have no generations (only names of systems) and no ratings yet."""

    manifest: Path
    items: Path
    generations: Path | None
    ratings: Path | None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises Invalid where the folder, its manifest or its items are missing, or a part is there twice."""
        if not folder.is_dir():
            raise Invalid.at("no such folder", file=str(folder))
        manifest = folder / MANIFEST
        if not manifest.is_file():
            raise Invalid.at("the study folder has no manifest", file=MANIFEST)
        items, generations, ratings = (find_jsonl(folder, stem) for stem in STEMS)
        if items is None:
            raise Invalid.at("the study folder has no items", file="items.jsonl")
        return cls(manifest=manifest, items=items, generations=generations, ratings=ratings)

    def hash_files(self) -> str:
        """SHA-256 over the names and bytes of all parts, 64 hex digits."""
        total = hashlib.sha256()
        for file in (self.manifest, self.items, self.generations, self.ratings):
            if file is None:
                continue
            try:
                with file.open("rb") as handle:
                    total.update(
                        f"{file.name}:{hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode()
                    )
            except OSError as error:
                raise Invalid.at(f"the file cannot be read: {error.strerror}", file=file.name) from None
        return total.hexdigest()
