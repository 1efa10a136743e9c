"""Small Kineto files for the command line to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

KERNELS = (
    "gemm",
    "[red]softmax[/red] \x1b[31m\u202e",
    "void at::native::add<float>(" + "int, " * 99,
)

LAUNCH_US = 10
PERIOD_US = 100


def events(kernels: Sequence[str] = KERNELS, iterations: int = 4) -> list[dict[str, Any]]:
    """Return iterations that launch the same kernels on an idle stream, floor 10 us."""
    rows: list[dict[str, Any]] = []
    host = {"ph": "X", "pid": 1, "tid": 11}
    device = {"ph": "X", "pid": 0, "tid": 7, "cat": "kernel", "dur": 20}
    begin = 1_000
    for step in range(iterations):
        length = PERIOD_US * len(kernels)
        rows.append(host | _event("user_annotation", f"ProfilerStep#{step}", begin, length))
        for kernel in kernels:
            number = len(rows)
            launched = {"args": {"correlation": number}}
            on = {"args": {"correlation": number, "device": 0, "stream": 7}}
            rows.append(host | _event("cpu_op", "aten::mm", begin, 50))
            rows.append(host | _event("cuda_runtime", "cudaLaunchKernel", begin + 5, 5) | launched)
            rows.append(device | on | {"name": kernel, "ts": begin + 5 + LAUNCH_US})
            begin += PERIOD_US
    return rows


def write_trace(
    path: Path,
    rows: Sequence[dict[str, Any]] | None = None,
    *,
    synthetic: bool = False,
    truncate: bool = False,
) -> str:
    """Write a Kineto file and return its name for a command line."""
    document: dict[str, Any] = {"schemaVersion": 1}
    if synthetic:
        document["skipx_synthetic"] = True
    document["traceEvents"] = events() if rows is None else rows
    text = json.dumps(document)
    path.write_text(text[: len(text) // 2] if truncate else text)
    return str(path)


def orphan(kernel: str = "orphan") -> dict[str, Any]:
    """Return a kernel whose launch the profiler did not see."""
    where = {"args": {"correlation": 999_999, "device": 0, "stream": 7}}
    return {"ph": "X", "pid": 0, "tid": 7, "dur": 5} | where | _event("kernel", kernel, 900, 5)


def _event(category: str, name: str, begin: int, dur: int) -> dict[str, Any]:
    return {"cat": category, "name": name, "ts": begin, "dur": dur}
