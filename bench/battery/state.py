"""What the battery has measured so far, on disk after every stage."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from battery.stage import Outcome

STATE = "battery.json"
RESULTS = Path("bench/results")
"""Where results are, in the repository."""
_STAND_INS = ("SKIPX_LIBCUDA", "SKIPX_LIBCUDART", "SKIPX_LIBCUPTI")
SCHEMA = "skipx.battery/1"


@dataclasses.dataclass
class State:
    """Outcomes by stage. ``fingerprint`` is that of the sources that they were measured with.

    ``synthetic``: they come from stand-ins for the libraries of CUDA, not from a device.
    """

    folder: Path
    fingerprint: str
    gpu: str = ""
    synthetic: bool = False
    outcomes: dict[str, Outcome] = dataclasses.field(default_factory=dict)

    @classmethod
    def load(
        cls, folder: Path, fingerprint: str, gpu: str = "", *, synthetic: bool = False
    ) -> State:
        """Return the state in ``folder``; outcomes of other sources or devices are left out.

        A state file that cannot be read is set aside as ``battery.json.broken``, never deleted.
        """
        state = cls(folder, fingerprint, gpu, synthetic)
        path = folder / STATE
        if not path.exists():
            return state
        try:
            content = json.loads(path.read_text())
            outcomes = {name: Outcome(**fields) for name, fields in content["outcomes"].items()}
            found = (content["fingerprint"], content["gpu"], content["synthetic"])
        except (ValueError, KeyError, TypeError, AttributeError):
            path.replace(path.with_suffix(".json.broken"))
            return state
        if found == (fingerprint, gpu, synthetic):
            state.outcomes = outcomes
        return state

    def save(self) -> None:
        """Write the state file; it is the old one or the new one, never a part."""
        part = self.folder / f".{STATE}.part"
        content = {
            "schema": SCHEMA,
            "fingerprint": self.fingerprint,
            "gpu": self.gpu,
            "synthetic": self.synthetic,
            "outcomes": {name: dataclasses.asdict(item) for name, item in self.outcomes.items()},
        }
        with part.open("w") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / STATE)


def on_stand_ins() -> bool:
    """Tell whether the environment names stand-ins for the libraries of CUDA."""
    return any(os.environ.get(name) for name in _STAND_INS)


def fingerprint(root: Path, folders: Iterable[str]) -> str:
    """Return a digest of every source file below ``folders``: names and contents.

    What batteries left in ``bench/results`` is none: it would tell a resumed one apart from itself.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_relative_to(root / RESULTS):
                continue
            if path.is_file() and path.suffix in {".cpp", ".hpp", ".cu", ".py", ".json", ".toml"}:
                digest.update(str(path.relative_to(root)).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
