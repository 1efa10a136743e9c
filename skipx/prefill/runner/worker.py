"""The process that measures one point: builds the workload, prepares its mode, takes the passes.

Run by :mod:`skipx.prefill.runner.isolated` and told of in the messages of
:mod:`skipx.supervisor`, with one job, the passes. ``phase`` messages name what comes next.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from skipx.environment import software, version_of
from skipx.errors import SkipxError
from skipx.prefill.models.workload import Workload
from skipx.prefill.point import Point
from skipx.prefill.runner.device import TorchDevice
from skipx.prefill.runner.memory import is_out_of_memory
from skipx.prefill.runner.modes import prepare
from skipx.prefill.runner.protocol import follow
from skipx.prefill.runner.settings import Settings
from skipx.supervisor import end_with_parent, error_message

Tell = Callable[[Mapping[str, Any]], None]

_JOB = 0


Load = Callable[[Point, TorchDevice], Workload]


def load(point: Point, device: TorchDevice) -> Workload:
    """Return the workload of a point. Raises ``UsageError`` where there is no such model."""
    from skipx.prefill.models import load_workload

    return load_workload(
        point.model,
        head=point.head,
        attention=point.attention,
        dtype=point.dtype,
        device=device.name,
    )


def main(descriptor: int, load: Load = load) -> int:
    """Measure what the request on the standard input asks for; return the exit code."""
    end_with_parent()
    with os.fdopen(descriptor, "w", buffering=1) as file:

        def tell(message: Mapping[str, Any]) -> None:
            file.write(json.dumps(message) + "\n")

        request = json.load(sys.stdin)
        point = Point.from_dict(request["point"])
        settings = Settings.from_dict(request["settings"])
        folder = Path(request["folder"])
        _keep_to(folder, Path(request["log"]))
        try:
            tell({"kind": "phase", "name": "building"})
            device = TorchDevice.named(settings.device)
            workload = load(point, device)
        except Exception as error:
            if isinstance(error, SkipxError) and not is_out_of_memory(error):
                # There is no such model, or nothing to run it on.
                tell(error_message(error))
                return int(error.exit_code)
            tell(_refusal(error))
        else:
            tell(_measured(workload, point, device, settings, folder, tell))
        tell({"kind": "done"})
    return 0


def _measured(
    workload: Workload,
    point: Point,
    device: TorchDevice,
    settings: Settings,
    folder: Path,
    tell: Tell,
) -> Mapping[str, Any]:
    """Return the message that ends the job: what was measured, or why nothing was."""

    def heard(name: str) -> None:
        tell({"kind": "phase", "name": name})

    try:
        heard("preparing")
        prepared = prepare(workload, point, device)
        tell({"kind": "began", "job": _JOB})
        measured = follow(prepared.step, device, settings, folder, heard)
    except Exception as error:
        return _refusal(error)
    versions = {"torch": version_of("torch"), "transformers": version_of("transformers")}
    return {
        "kind": "measured",
        "job": _JOB,
        "compile_s": prepared.compile_s,
        "control_ns": measured.control[0],
        "traced_ns": [time for times in measured.traced for time in times],
        "traces": [(index, str(measured.traces[index])) for index in measured.by_nearness],
        "readings": dataclasses.asdict(measured.readings),
        "facts": {
            **software(),
            **versions,
            **device.facts(),
            **workload.facts,
            **prepared.facts,
            **measured.facts,
            "peak_memory_bytes": device.peak_memory(),
            "operators": measured.operators,
        },
    }


def _refusal(error: Exception) -> Mapping[str, Any]:
    """Return the message on a point that ended: no memory, or an error of the model's code."""
    traceback.print_exc()
    out_of_memory = is_out_of_memory(error)
    if isinstance(error, SkipxError) and not out_of_memory:
        return {"kind": "refused", "job": _JOB, "reason": str(error)}
    what = "out of memory" if out_of_memory else f"the model raised {type(error).__name__}"
    first_line = str(error).strip().partition("\n")[0]
    return {
        "kind": "refused",
        "job": _JOB,
        "reason": f"{what}: {first_line}" if first_line else what,
        "out_of_memory": out_of_memory,
    }


def _keep_to(folder: Path, log: Path) -> None:
    """Send what libraries print to ``log``, and what they cache to the point's own folder.

    A cache of its own also makes every compilation a cold one.
    """
    with log.open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder / "inductor")
    os.environ["TRITON_CACHE_DIR"] = str(folder / "triton")
    os.environ["TMPDIR"] = str(folder)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[-1])))
