"""What a Kineto file says, found slowly and plainly with Python's json and exact decimals."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from skipx.records import ActivityKind, Api, RegionKind, Table, Trace

CALLS = {
    "cuda_runtime": Api.RUNTIME,
    "hip_runtime": Api.RUNTIME,
    "runtime": Api.RUNTIME,
    "cuda_driver": Api.DRIVER,
    "hip_driver": Api.DRIVER,
}
ACTIVITIES = {
    "kernel": ActivityKind.KERNEL,
    "gpu_memcpy": ActivityKind.MEMCPY,
    "memcpy": ActivityKind.MEMCPY,
    "gpu_memset": ActivityKind.MEMSET,
    "memset": ActivityKind.MEMSET,
}
OPS = ("cpu_op", "operator")
MINUS_ONE = ("18446744073709551615", "4294967295")
REFUSED_WHEN_STRICT = ("missing_durations", "negative_durations", "bad_timestamps", "bad_ids")
COUNTERS = (
    *REFUSED_WHEN_STRICT,
    "zero_timestamps",
    "rounded_timestamps",
    "repaired_names",
    "unreadable_events",
)

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_FAR_NS = 1 << 61

Row = tuple[Any, ...]


class NumberText(str):
    """A JSON number as it was written."""

    __slots__ = ()


@dataclass
class Content:
    """Rows of the four tables, in an order that does not depend on the file's, and the counts."""

    ops: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)
    regions: list[Row] = field(default_factory=list)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    categories: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    events: int = 0

    def in_order(self) -> Content:
        """Sort every table by its values."""
        for rows in (self.ops, self.calls, self.activities, self.regions):
            rows.sort()
        return self


def is_json(data: bytes) -> bool:
    """Whether ``data`` is JSON to the letter, in UTF-8."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(data.decode(), parse_constant=refuse, parse_int=str, parse_float=str)
    except ValueError:
        return False
    return True


def content_of_text(text: bytes) -> Content:
    """Read a trace as Python's json does."""
    document = json.loads(
        text.decode(), parse_int=NumberText, parse_float=NumberText, parse_constant=NumberText
    )
    events = document if isinstance(document, list) else document["traceEvents"]
    content = Content(events=len(events))
    for event in events:
        _add(content, event)
    return content.in_order()


def content_of_trace(trace: Trace) -> Content:
    """Bring what skipx read into the same form."""
    content = Content(events=trace.counts.events)

    def common(table: Table, row: int) -> Row:
        columns = table.columns()
        return int(table.begin[row]), int(table.dur[row]), trace.names[columns["name"][row]]

    def place(table: Any, row: int) -> Row:
        thread = trace.threads[table.thread[row]]
        return thread.pid, thread.tid

    for i in range(len(trace.ops)):
        external = int(trace.ops.external_id[i])
        content.ops.append((*common(trace.ops, i), *place(trace.ops, i), external))
    for i in range(len(trace.calls)):
        calls = trace.calls
        ids = int(calls.external_id[i]), int(calls.correlation[i]), int(calls.api[i])
        content.calls.append((*common(calls, i), *place(calls, i), *ids))
    for i in range(len(trace.activities)):
        acts = trace.activities
        keys = (acts.device, acts.stream, acts.external_id, acts.correlation, acts.graph_node)
        columns: tuple[Any, ...] = (*keys, acts.bytes, acts.kind)
        shape = "" if acts.shape[i] < 0 else trace.names[acts.shape[i]]
        content.activities.append((*common(acts, i), *(int(c[i]) for c in columns), shape))
    for i in range(len(trace.regions)):
        kind = int(trace.regions.kind[i])
        content.regions.append((*common(trace.regions, i), *place(trace.regions, i), kind))
    content.labels = {(t.pid, t.tid): t.label for t in trace.threads}
    content.categories = Counter(trace.counts.categories)
    content.counts = Counter({name: getattr(trace.counts, name) for name in COUNTERS})
    return content.in_order()


def _add(content: Content, event: dict[str, Any]) -> None:
    args = event["args"] if isinstance(event.get("args"), dict) else {}
    if event.get("ph") == "M" and event.get("name") == "thread_name":
        content.labels[_text(event, "pid"), _text(event, "tid")] = _text(args, "name")
    if event.get("ph") != "X" or "cat" not in event:
        return
    category = event["cat"].lower()
    content.categories[category] += 1
    name = _text(event, "name")
    python = category == "python_function"
    if python and not name.startswith("nn.Module: "):
        return
    known = category in (*OPS, *CALLS, *ACTIVITIES, "user_annotation") or python
    times = _times(content, event) if known else None
    if times is None:
        return
    if category in ACTIVITIES:
        _add_activity(content, event, args, category, (*times, name))
        return
    row = (*times, name, _text(event, "pid"), _text(event, "tid"))
    is_step = name.startswith("ProfilerStep")
    if python:
        content.regions.append((*row, RegionKind.MODULE))
    elif category == "user_annotation" or (category in OPS and is_step):
        kind = RegionKind.STEP if is_step else RegionKind.ANNOTATION
        content.regions.append((*row, kind))
    elif category in OPS:
        content.ops.append((*row, _external(content, args)))
    else:
        correlation = _id(content, args.get("correlation"))
        content.calls.append((*row, _external(content, args), correlation, CALLS[category]))


def _add_activity(
    content: Content, event: dict[str, Any], args: dict[str, Any], category: str, row: Row
) -> None:
    device = _id(content, args.get("device", event.get("pid")))
    stream = _id(content, args.get("stream", event.get("tid")))
    if not -(1 << 31) <= device < 1 << 31:
        content.counts["bad_ids"] += 1
        device = -1
    ids = [
        _external(content, args),
        *(_id(content, args.get(key)) for key in ("correlation", "graph node id", "bytes")),
    ]
    shape = ""
    if "grid" in args or "block" in args:
        shape = f"grid {_compact(args.get('grid'))} block {_compact(args.get('block'))}"
    content.activities.append((*row, device, stream, *ids, ACTIVITIES[category], shape))


def _times(content: Content, event: dict[str, Any]) -> tuple[int, int] | None:
    begin, dur = (_ns(event.get(key)) for key in ("ts", "dur"))
    if begin is None:
        content.counts["bad_timestamps"] += 1
        return None
    if dur is None:
        content.counts["missing_durations"] += 1
        return None
    if dur[0] < 0:
        content.counts["negative_durations"] += 1
    if abs(begin[0]) > _FAR_NS or max(dur[0], 0) > _FAR_NS:
        content.counts["bad_timestamps"] += 1
        return None
    content.counts["zero_timestamps"] += begin[0] == 0
    content.counts["rounded_timestamps"] += begin[1] or dur[1]
    return begin[0], max(dur[0], 0)


def _ns(value: Any) -> tuple[int, bool] | None:
    """Return a time in ns and whether it had to be rounded; None if it is no number in range."""
    if not isinstance(value, NumberText) or not _NUMBER.fullmatch(value):
        return None
    exact = Decimal(value) * 1000
    rounded = int(exact.to_integral_value(ROUND_HALF_UP))
    return None if abs(rounded) >= 1 << 63 else (rounded, rounded != exact)


def _external(content: Content, args: dict[str, Any]) -> int:
    return _id(content, args.get("External id", args.get("external id")))


def _id(content: Content, value: Any) -> int:
    if value is None:
        return -1
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = Decimal(value)
        if number == int(number) and -(1 << 63) <= number < 1 << 63:
            return int(number)
    if value not in MINUS_ONE:
        content.counts["bad_ids"] += 1
    return -1


def _text(members: dict[str, Any], key: str) -> str:
    return str(members.get(key, ""))


def _compact(value: Any) -> str:
    return "" if value is None else "[" + ",".join(value) + "]"
