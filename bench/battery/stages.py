"""What the battery does on a GPU machine: 9 minutes at most, 8 files at most."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from battery import figures
from battery.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 530.0

_BENCH = ROOT / "bench"
_WORKLOAD = f"{_BENCH / 'workloads.py'}:decoder()"


def stages() -> Sequence[Stage]:
    """Return the stages in their order: what everything needs first, the longest late."""
    python = sys.executable
    skipx = [python, "-m", "skipx"]
    install = [python, "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--editable"]
    pytest = [python, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"]
    return (
        Stage("build", [*install, str(ROOT)], budget_s=150),
        Stage(
            "tests",
            [*pytest, "--junitxml={out}/tests.xml", str(ROOT / "tests" / "gpu")],
            budget_s=100,
            files=["tests.xml"],
            needs=["build"],
            figures=figures.tests,
        ),
        Stage(
            "platform",
            [
                *skipx,
                "launch",
                "--budget",
                "75",
                "--force",
                "--platform-file",
                "{out}/platform.json",
            ],
            budget_s=120,
            files=["platform.json"],
            needs=["build"],
            figures=figures.platform,
        ),
        Stage(
            "crosschecks",
            [python, str(_BENCH / "gpu_crosschecks.py"), "{out}/crosschecks.json"],
            budget_s=60,
            files=["crosschecks.json"],
            needs=["build"],
            figures=figures.crosschecks,
        ),
        Stage(
            "replay",
            [*skipx, "replay", _WORKLOAD, "--force", "--output", "{out}/replay.json"],
            budget_s=90,
            files=["replay.json"],
            needs=["build"],
            figures=figures.replay,
        ),
        Stage(
            "recordings",
            [python, str(_BENCH / "gpu_recordings.py"), "{out}/recordings.tar.gz"],
            budget_s=40,
            files=["recordings.tar.gz"],
            needs=["build"],
        ),
    )
