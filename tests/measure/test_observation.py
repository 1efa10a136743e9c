"""One session serves all work, and a block that fails costs itself alone."""

from __future__ import annotations

from tests.standins import run_python, standin_environment

PROGRAM = """
import ctypes, os
from skipx._native import LaunchDevice
from skipx.errors import MeasurementRefusedError
from skipx.measure.observation import Observer
from skipx.sources.cuda_libraries import cuda_libraries
script = ctypes.CDLL(os.environ["SKIPX_LIBCUDA"]).standin_script
with cuda_libraries():
    launcher = LaunchDevice(0).launcher("cuLaunchKernel")
    with Observer() as observer:
        for changed in (b"", b"clock_offset=5000000", b"", b"dropped=1", b""):
            script(changed)
            launcher.idle(7)  # not observed
            try:
                with cuda_libraries():
                    print(len(observer.record(lambda: launcher.idle(3)).activities))
            except MeasurementRefusedError as error:
                print(error.what.split(":")[0])
"""


def test_work_after_a_failure_is_observed_again() -> None:
    told = run_python(PROGRAM, standin_environment()).splitlines()
    assert told[0] == told[2] == told[4] == "3"
    assert "clock" in told[1]
    assert "dropped" in told[3]
