"""The suite of launch paths runs: on a virtual device, each quantity of one path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.standins import ROOT, standin_environment

SUITE = ROOT / "bench" / "test_launch_paths.py"


def test_each_quantity_of_a_path_is_measured(tmp_path: Path) -> None:
    # Benchmarks are none where tests run side by side, which the environment would tell it.
    environment = standin_environment("floor=4000;duration=1500")
    alone = {name: value for name, value in environment.items() if "XDIST" not in name}
    command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", str(SUITE)]
    done = subprocess.run(
        [*command, "-k", "cuLaunchKernel-", "--benchmark-storage", str(tmp_path)],
        capture_output=True,
        text=True,
        env=alone,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
