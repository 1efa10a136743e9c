"""A folder as one file that is brought back whole."""

from __future__ import annotations

import tarfile
from pathlib import Path

MOST_BYTES = 16 * 1024**2
"""Of one file: a larger one is not brought back."""


def pack(folder: Path, file: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Write the folder into the file: it is the old one or the new one, never a part.

    Return False, with the old one left, where the new one would be larger than ``most_bytes``.
    """
    part = file.with_name(f".{file.name}.part")
    with tarfile.open(part, "w:gz", compresslevel=1) as archive:
        for path in sorted(folder.iterdir()):
            if not path.name.startswith("."):
                archive.add(path, path.name)
    if part.stat().st_size > most_bytes:
        part.unlink()
        return False
    part.replace(file)
    return True
