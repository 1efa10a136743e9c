"""The peers' own virtual environment, so that nothing of theirs is ever a need of skipx."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def peers_python(folder: Path) -> Path:
    """Return the interpreter of the peers' environment in ``folder``, made where it is absent.

    It is made again when a requirements file has changed since.
    """
    python, stamp = folder / "bin" / "python", folder / "requirements.sha256"
    wanted = _digest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    print(f"making the peers' environment in {folder}", file=sys.stderr)
    venv.create(folder, clear=True, with_pip=True)
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", str(_HERE / "requirements.txt")], check=True)
    subprocess.run([*install, "--no-deps", "-r", str(_HERE / "traceinsight.txt")], check=True)
    stamp.write_text(wanted)
    return python


def _digest() -> str:
    files = (_HERE / "requirements.txt", _HERE / "traceinsight.txt")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
