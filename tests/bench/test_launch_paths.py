"""The suite of launch paths runs: on a virtual device, each quantity of one path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.standins import ROOT, standin_environment

SUITE = ROOT / "bench" / "test_launch_paths.py"


def test_each_quantity_of_a_path_is_measured(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", str(SUITE)]
    done = subprocess.run(
        [*command, "-k", "cuLaunchKernel-", "--benchmark-storage", str(tmp_path)],
        capture_output=True,
        text=True,
        env=standin_environment("floor=4000;duration=1500"),
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
