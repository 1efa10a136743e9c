"""Events of the trace event format, as text; Perfetto takes their times in µs.

https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from skipx.records import Int64
from skipx.report.json_text import json_text


class EventList:
    """Events in the order in which they are added. ``base`` is the trace time of time 0, ns."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._lines: list[str] = []

    def name_process(self, process: int, name: str, order: int) -> None:
        """Name a process, and say where it is shown."""
        self._metadata("process_name", process, 0, {"name": name})
        self._metadata("process_sort_index", process, 0, {"sort_index": order})

    def name_thread(self, process: int, thread: int, name: str, order: int) -> None:
        """Name a track of a process, and say where it is shown."""
        self._metadata("thread_name", process, thread, {"name": name})
        self._metadata("thread_sort_index", process, thread, {"sort_index": order})

    def slices(
        self,
        process: int,
        thread: int,
        category: str | Sequence[str],
        begins: Int64,
        durations: Int64,
        names: Sequence[str],
    ) -> None:
        """Add slices of one track, of one category or of one each."""
        where = f'"ph":"X","pid":{process},"tid":{thread}'
        texts = {name: _text(name) for name in set(names)}
        categories = repeat(category, len(names)) if isinstance(category, str) else category
        for begin, duration, name, own in zip(
            begins.tolist(), durations.tolist(), names, categories, strict=True
        ):
            self._lines.append(
                f'{{{where},"cat":"{own}","ts":{self._time(begin)},"dur":{_us(duration)},'
                f'"name":{texts[name]}}}'
            )

    def counter(self, process: int, name: str, unit: str, times: Int64, values: Int64) -> None:
        """Add a counter that has a value from each time on; its track is called name and unit."""
        where = f'"ph":"C","pid":{process},"tid":0,"name":{_text(name)}'
        for time, value in zip(times.tolist(), values.tolist(), strict=True):
            self._lines.append(f'{{{where},"ts":{self._time(time)},"args":{{"{unit}":{value}}}}}')

    def flow(self, number: int, source: tuple[int, int, int], target: tuple[int, int, int]) -> None:
        """Draw an arrow between slices, each given as process, track and a time in it, ns."""
        for phase, (process, thread, time) in (("s", source), ('f","bp":"e', target)):
            self._lines.append(
                f'{{"ph":"{phase}","cat":"launch","name":"launch","id":{number},"pid":{process},'
                f'"tid":{thread},"ts":{self._time(time)}}}'
            )

    def document(self, metadata: Mapping[str, Any]) -> bytes:
        """Return the whole file; ``metadata`` are its other top-level entries."""
        head = "".join(f"{_text(key)}:{_text(value)},\n" for key, value in metadata.items())
        events = ",\n".join(self._lines)
        return f'{{{head}"displayTimeUnit":"ns","traceEvents":[\n{events}\n]}}\n'.encode()

    def _metadata(self, name: str, process: int, thread: int, args: Mapping[str, Any]) -> None:
        self._lines.append(
            f'{{"ph":"M","pid":{process},"tid":{thread},"name":"{name}","args":{_text(args)}}}'
        )

    def _time(self, ns: int) -> str:
        return _us(ns - self._base)


def _us(ns: int) -> str:
    # Exact: a double holds no time of 16 digits with three decimals.
    sign, magnitude = ("-", -ns) if ns < 0 else ("", ns)
    return f"{sign}{magnitude // 1000}.{magnitude % 1000:03d}"


def _text(value: Any) -> str:
    return json_text(value, indent=None, compact=True)
