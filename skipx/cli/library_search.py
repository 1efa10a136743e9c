"""Where the CUDA libraries are looked for, in the order in which the native module does it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path


def library_places(variable: str, sonames: Sequence[str], subfolders: Sequence[str]) -> list[str]:
    """Return what to open, first to last.

    The file that the environment ``variable`` names, and then nothing else; what is there of
    ``sonames`` in pip's packages and in ``subfolders`` of the CUDA toolkits; the loader's own path.
    """
    if named := os.environ.get(variable):
        return [named]
    folders = list(_folders(subfolders))
    files = [folder / name for name in sonames for folder in folders]
    return [*(str(file) for file in files if file.exists()), *sonames]


def _folders(subfolders: Sequence[str]) -> Iterator[Path]:
    pip = find_spec("nvidia")
    for site in pip.submodule_search_locations or () if pip is not None else ():
        yield from sorted(Path(site).glob("*/lib"), reverse=True)
    for home in (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda"):
        if home:
            yield from (Path(home) / subfolder for subfolder in subfolders)
