"""What the battery does on a GPU machine: 9 minutes at most, 8 files at most."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from battery import figures
from battery.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 535.0

_BENCH = ROOT / "bench"
_WORKLOAD = f"{_BENCH / 'workloads.py'}:decoder()"
_TESTS = ROOT / "tests" / "gpu"
_SANITIZER = "compute-sanitizer"


def stages() -> Sequence[Stage]:
    """Return the stages in their order: what everything needs first, what shows least last.

    The tests come behind what measures, but for the shortest: they find what the stages would have
    met, and in the first minutes on a machine everything is loaded for the first time.
    """
    python = sys.executable
    skipx = [python, "-m", "skipx"]
    # Nothing can be fetched there: pip must not try, and wait.
    install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-index"]
    install += ["--no-build-isolation", "--no-deps", "--editable"]
    # Warnings of the machine's own packages are no failures of skipx.
    pytest = [python, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "-W", "default"]
    platform = ["--budget", "100", "--force", "--platform-file", "{out}/platform.json"]
    sweep = [python, str(_BENCH / "gpu_sweep.py"), "{out}/sweep.tar.gz"]
    replay = [_WORKLOAD, "--budget", "45", "--force", "--output", "{out}/replay.json"]
    sanitizer = sanitizer_path()
    return (
        # A resumed battery may be on another, bare machine.
        Stage("build", [*install, str(ROOT)], budget_s=120, always=True),
        # For the log: which libraries there are, and of which version.
        Stage(
            "doctor",
            ["sh", "-c", '"$0" -m skipx doctor || true', python],
            budget_s=30,
            needs=["build"],
            always=True,
        ),
        Stage(
            "tests-live",
            [*pytest, str(_TESTS / "test_live_source.py")],
            budget_s=80,
            needs=["build"],
            last_lines=1,
        ),
        Stage(
            "platform",
            [*skipx, "launch", *platform],
            budget_s=165,
            files=["platform.json"],
            needs=["build"],
            figures=figures.platform,
            reserve_s=130,
        ),
        Stage(
            "replay",
            [*skipx, "replay", *replay],
            budget_s=70,
            files=["replay.json"],
            needs=["build"],
            figures=figures.replay,
            reserve_s=60,
        ),
        Stage(
            "recordings",
            [python, str(_BENCH / "gpu_recordings.py"), "{out}/recordings.tar.gz"],
            budget_s=75,
            files=["recordings.tar.gz"],
            needs=["build"],
            reserve_s=45,
        ),
        # Takes all that is left, and goes on in a resumed battery.
        Stage(
            "predictions",
            [*sweep, "--needed"],
            budget_s=430,
            files=["sweep.tar.gz"],
            needs=["build"],
            figures=figures.sweep,
            last_lines=1,
            reserve_s=130,
        ),
        Stage(
            "validation",
            [python, str(_BENCH / "validate_predictions.py"), "{out}"],
            budget_s=60,
            needs=["build"],
            last_lines=7,
            reserve_s=20,
            always=True,
        ),
        Stage(
            "crosschecks",
            [python, str(_BENCH / "gpu_crosschecks.py"), "{out}/crosschecks.json"],
            budget_s=80,
            files=["crosschecks.json"],
            needs=["build"],
            figures=figures.crosschecks,
        ),
        Stage(
            "tests-replay",
            [*pytest, str(_TESTS / "test_replay.py")],
            budget_s=90,
            needs=["build"],
            last_lines=1,
        ),
        Stage(
            "tests-launch",
            [*pytest, str(_TESTS / "test_launch.py")],
            budget_s=120,
            needs=["build"],
            last_lines=1,
        ),
        Stage(
            "sanitizer",
            [
                sanitizer or _SANITIZER,
                *("--tool", "memcheck", "--error-exitcode", "9", "--print-limit", "20"),
                *(python, str(_BENCH / "gpu_sanitized.py")),
            ],
            budget_s=70,
            needs=["build"],
            last_lines=1,
            skip="" if sanitizer else f"{_SANITIZER} is not installed",
        ),
        Stage(
            "sweep",
            sweep,
            budget_s=430,
            files=["sweep.tar.gz"],
            needs=["build"],
            last_lines=1,
        ),
        # These compile models: they get what the sweep leaves, or the time of a resumed battery.
        Stage(
            "tests-prefill",
            [*pytest, str(_TESTS / "test_prefill.py")],
            budget_s=180,
            needs=["build"],
            last_lines=1,
        ),
    )


def sanitizer_path() -> str | None:
    """Return the program that looks for memory errors: on the path, or in CUDA's folder."""
    homes = [os.environ.get("CUDA_HOME", ""), "/usr/local/cuda"]
    folders = [os.environ.get("PATH", ""), *(f"{home}/bin" for home in homes if home)]
    return shutil.which(_SANITIZER, path=os.pathsep.join(folders))
