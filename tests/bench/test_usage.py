"""The scripts that the battery calls, called by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.parametrize(
    "script", ["gpu_crosschecks", "gpu_recordings", "gpu_sweep", "queue_bursts"]
)
def test_without_a_file_to_write_it_says_how_it_is_called(script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / f"{script}.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"usage: {script}.py")
    assert "Traceback" not in done.stderr
