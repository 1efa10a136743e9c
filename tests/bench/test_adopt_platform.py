"""From a battery's folder to a preset: only what a device measured."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import BadInputError, UsageError
from skipx.platforms import load, write
from tests.platforms.builders import full_platform

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def adopt(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("adopt_platform").adopt


@pytest.fixture
def presets(tmp_path: Path) -> Path:
    folder = tmp_path / "presets"
    folder.mkdir()
    return folder


def battery_folder(parent: Path, *, synthetic: bool = False, status: str = "passed") -> Path:
    """Return a folder as a battery leaves it, with an invented platform."""
    folder = parent / "nvidia-lab"
    folder.mkdir()
    write(full_platform(), folder / "platform.json")
    state = {"synthetic": synthetic, "outcomes": {"platform": {"status": status}}}
    (folder / "battery.json").write_text(json.dumps(state))
    return folder


def test_a_measured_platform_becomes_a_preset(adopt: Any, presets: Path, tmp_path: Path) -> None:
    folder = battery_folder(tmp_path)
    path = adopt(folder, presets, "lab-gpu")
    platform = load(path)
    assert path == presets / "lab-gpu.json"
    assert (platform.name, platform.measured) == ("lab-gpu", True)
    assert platform.citation == "skipx launch, bench/results/nvidia-lab"
    before = load(folder / "platform.json")
    assert platform.launch_floor_ns == before.launch_floor_ns
    assert platform.environment == before.environment
    # Measured again, it takes the older one's place.
    assert adopt(folder, presets, "lab-gpu") == path


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        ({"synthetic": True}, "stand-ins"),
        ({"status": "timed out"}, "'timed out', not 'passed'"),
    ],
)
def test_what_no_device_measured_is_refused(
    adopt: Any, presets: Path, tmp_path: Path, fate: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadInputError, match=reason):
        adopt(battery_folder(tmp_path, **fate), presets)
    assert list(presets.iterdir()) == []


def test_a_doctored_figure_is_refused(adopt: Any, presets: Path, tmp_path: Path) -> None:
    folder = battery_folder(tmp_path)
    document = json.loads((folder / "platform.json").read_text())
    document["launch_floor_ns"]["default"]["value"] += 1000  # no longer its sample's median
    (folder / "platform.json").write_text(json.dumps(document))
    with pytest.raises(BadInputError, match="launch_floor_ns"):
        adopt(folder, presets)


@pytest.mark.parametrize("provenance", ["published", "synthetic"])
def test_a_platform_that_is_not_marked_measured_is_refused(
    adopt: Any, presets: Path, tmp_path: Path, provenance: str
) -> None:
    folder = battery_folder(tmp_path)
    document = json.loads((folder / "platform.json").read_text())
    document["provenance"] = provenance
    (folder / "platform.json").write_text(json.dumps(document))
    with pytest.raises(BadInputError, match="not measured"):
        adopt(folder, presets)


def test_published_figures_are_not_overwritten(adopt: Any, presets: Path, tmp_path: Path) -> None:
    published = BENCH.parent / "skipx" / "platforms" / "presets" / "gh200.json"
    (presets / "gh200.json").write_bytes(published.read_bytes())
    with pytest.raises(UsageError):
        adopt(battery_folder(tmp_path), presets, "gh200")
    assert (presets / "gh200.json").read_bytes() == published.read_bytes()


def test_the_command_says_what_it_wrote_and_what_it_refuses(presets: Path, tmp_path: Path) -> None:
    def run(folder: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(BENCH / "adopt_platform.py"), str(folder)]
        command += ["--presets", str(presets), "--name", "lab"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    done = run(battery_folder(tmp_path))
    assert (done.returncode, done.stdout) == (0, f"wrote {presets / 'lab.json'}\n")
    done = run(tmp_path / "absent")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
