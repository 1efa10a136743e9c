"""Text of a recording in the two layouts that Kineto has written over the years."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from skipx.examples.recipe import Recipe
from skipx.examples.recording import (
    ANNOTATION,
    DEVICE_CATEGORIES,
    KERNEL,
    MEMCPY,
    MEMSET,
    OPERATOR,
    PYTHON,
    RUNTIME,
    Event,
    Recording,
)

DEVICE_NAME = "Synthetic GPU (skipx example, not a real device)"
TRACE_NAME = "skipx synthetic example"
_BASE_NS = 1_733_011_200_000_000_000
_START_NS = 2_678_400_000_000_000
_ORDER = {OPERATOR: 0, ANNOTATION: 0, PYTHON: 1, RUNTIME: 2}
_LEGACY = {
    OPERATOR: "Operator",
    ANNOTATION: "Operator",
    RUNTIME: "Runtime",
    KERNEL: "Kernel",
    MEMCPY: "Memcpy",
    MEMSET: "Memset",
}


def kineto_text(recipe: Recipe, recording: Recording) -> Iterator[str]:
    """Yield the current layout: an object, decimal microseconds over a base in nanoseconds."""
    head: dict[str, Any] = {
        "schemaVersion": 1,
        "skipx_synthetic": True,
        "deviceProperties": [{"id": 0, "name": DEVICE_NAME, "totalGlobalMem": 0, "numSms": 0}],
        "record_shapes": 1,
        "with_modules": int(recipe.modules),
    }
    yield json.dumps(head, indent=2).removesuffix("\n}") + ',\n  "traceEvents": [\n'
    yield ",\n".join(_kineto_events(recording))
    tail = {"traceName": TRACE_NAME, "displayTimeUnit": "ms", "baseTimeNanoseconds": _BASE_NS}
    yield "\n  ],\n" + json.dumps(tail, indent=2).removeprefix("{\n") + "\n"


def legacy_text(recording: Recording) -> Iterator[str]:
    """Yield the layout of 2020: a bare list, whole microseconds since the epoch, old categories."""
    yield "[\n" + ",\n".join(_legacy_events(recording)) + "\n]\n"


def _kineto_events(recording: Recording) -> Iterator[str]:
    launches = {_id(e) for e in recording.events if e.category in DEVICE_CATEGORIES}
    for event in _in_order(recording):
        times = f'"ts": {_decimal_us(event.begin)}, "dur": {_us(event.end - event.begin)}'
        yield _complete(event.category, event, event.tid, times, event.args)
        if event.category == RUNTIME and _id(event) in launches:
            yield _flow("s", event, "ac2g", "ac2g", event.tid, _decimal_us(event.begin))
        elif event.category in DEVICE_CATEGORIES:
            yield _flow("f", event, "ac2g", "ac2g", event.tid, _decimal_us(event.begin))
    start, end = 0, max(event.end for event in recording.events) + 50_000
    yield from _metadata(recording, _decimal_us(start))
    yield (
        f'  {{\n    "ph": "X", "cat": "Trace", "ts": {_decimal_us(start)}, "dur": {_us(end)},\n'
        '    "pid": "Spans", "tid": "PyTorch Profiler", "name": "PyTorch Profiler (0)",\n'
        '    "args": {\n      "Op count": 0\n    }\n  }'
    )
    yield (
        '  {\n    "name": "Record Window End", "ph": "i", "s": "g",\n'
        f'    "pid": "", "tid": "", "ts": {_decimal_us(end)}\n  }}'
    )


def _legacy_events(recording: Recording) -> Iterator[str]:
    for event in _in_order(recording):
        if event.category == PYTHON:
            continue
        device = event.category in DEVICE_CATEGORIES
        begin, end = (_epoch_us(t) for t in (event.begin, event.end))
        tid: int | str = f"stream {event.tid}" if device else str(event.tid)
        names = {"External id": "external id"} if device or event.category == RUNTIME else {}
        args = {names.get(key, key): value for key, value in event.args.items()}
        times = f'"ts": {begin}, "dur": {end - begin}'
        yield _complete(_LEGACY[event.category], event, tid, times, args)
        if device:
            yield _flow("f", event, "async", "launch", tid, str(begin))
    yield from _metadata(recording, str(_epoch_us(0)))


def _in_order(recording: Recording) -> list[Event]:
    return sorted(recording.events, key=lambda e: (_ORDER.get(e.category, 3), e.begin))


def _complete(category: str, event: Event, tid: int | str, times: str, args: dict[str, Any]) -> str:
    return (
        f'  {{\n    "ph": "X", "cat": "{category}", "name": {json.dumps(event.name)}, '
        f'"pid": {event.pid}, "tid": {json.dumps(tid)},\n    {times},\n'
        f'    "args": {{\n      {json.dumps(args)[1:-1]}\n    }}\n  }}'
    )


def _flow(phase: str, event: Event, category: str, name: str, tid: int | str, ts: str) -> str:
    bind = ', "bp": "e"' if phase == "f" else ""
    return (
        f'  {{\n    "ph": "{phase}", "id": {_id(event)}, "pid": {event.pid}, '
        f'"tid": {json.dumps(tid)}, "ts": {ts},\n'
        f'    "cat": "{category}", "name": "{name}"{bind}\n  }}'
    )


def _metadata(recording: Recording, ts: str) -> Iterator[str]:
    host = recording.process
    threads = sorted({(e.pid, e.tid) for e in recording.events})
    entries: list[tuple[int, int, str, dict[str, Any]]] = [
        (host, 0, "process_name", {"name": "python3"}),
        (host, 0, "process_labels", {"labels": "CPU, synthetic (skipx example)"}),
        (0, 0, "process_name", {"name": "python3"}),
        (0, 0, "process_labels", {"labels": "GPU 0, synthetic (skipx example)"}),
    ]
    for pid, tid in threads:
        label = f"thread {tid} (python3)" if pid == host else f"stream {tid} "
        entries.append((pid, tid, "thread_name", {"name": label}))
    for pid, tid, name, args in entries:
        yield (
            f'  {{\n    "name": "{name}", "ph": "M", "ts": {ts}, "pid": {pid}, "tid": {tid},\n'
            f'    "args": {{\n      {json.dumps(args)[1:-1]}\n    }}\n  }}'
        )


def _id(event: Event) -> int:
    return int(event.args["correlation"])


def _decimal_us(ns: int) -> str:
    return _us(_START_NS + ns)


def _us(ns: int) -> str:
    return f"{ns // 1_000}.{ns % 1_000:03d}"


def _epoch_us(ns: int) -> int:
    return (_BASE_NS + _START_NS + ns) // 1_000
