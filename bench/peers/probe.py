"""One measurement in a process of its own: ``python probe.py NAME FILE`` prints JSON.

Run by the interpreter of the environment that holds the package in question. Imports are outside
the clock; what the probe computes is checked by the caller through the counts that it returns.
"""

from __future__ import annotations

import gc
import gzip
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Counts = dict[str, float]


class Stopwatch:
    """Seconds from the last ``start``, and the process's memory at that moment."""

    def start(self) -> None:
        """Begin to count, after a collection, so that no probe pays for the imports' garbage."""
        gc.collect()
        self.rss_before = status_bytes("VmRSS")
        self._begin = time.perf_counter()

    def seconds(self) -> float:
        """Return the seconds since ``start``."""
        return time.perf_counter() - self._begin


def status_bytes(key: str) -> int:
    """Return a memory figure of this process, bytes.

    VmHWM, not ru_maxrss: the latter survives exec and would count the parent's memory.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) * 1024
    raise LookupError(key)


def skipx_read(path: Path, watch: Stopwatch) -> Counts:
    from skipx import read_trace

    watch.start()
    trace = read_trace(path)
    seconds = watch.seconds()
    tables = (trace.ops, trace.calls, trace.activities, trace.regions)
    kept = sum(len(table) for table in tables)
    return {"seconds": seconds, "events": trace.counts.events, "kept": kept}


def skipx_analyze(path: Path, watch: Stopwatch) -> Counts:
    from skipx import analyze, read_trace

    watch.start()
    trace = read_trace(path)
    analysis = analyze(trace)
    seconds = watch.seconds()
    tables = (trace.ops, trace.calls, trace.activities, trace.regions)
    kept = sum(len(table) for table in tables)
    events = trace.counts.events
    return {"seconds": seconds, "events": events, "kept": kept, "kernels": analysis.total.kernels}


def decompress(path: Path, watch: Stopwatch) -> Counts:
    """The decompressor that skipx uses, alone, in pieces that stay in the cache."""
    from isal import igzip

    size = 0
    watch.start()
    with igzip.open(path, "rb") as file:
        while piece := file.read(1 << 20):
            size += len(piece)
    return {"seconds": watch.seconds(), "bytes": size}


def decompress_zlib(path: Path, watch: Stopwatch) -> Counts:
    """The same with Python's own gzip, which is zlib."""
    size = 0
    watch.start()
    with gzip.open(path, "rb") as file:
        while piece := file.read(1 << 20):
            size += len(piece)
    return {"seconds": watch.seconds(), "bytes": size}


def python_json(path: Path, watch: Stopwatch) -> Counts:
    watch.start()
    document = json.loads(path.read_bytes())
    return {"seconds": watch.seconds(), "events": len(document["traceEvents"])}


def orjson_loads(path: Path, watch: Stopwatch) -> Counts:
    import orjson

    watch.start()
    document = orjson.loads(path.read_bytes())
    return {"seconds": watch.seconds(), "events": len(document["traceEvents"])}


def msgspec_typed(path: Path, watch: Stopwatch) -> Counts:
    """Typed decode of the fields that launch metrics need; ``seconds`` is the decode alone."""
    import msgspec

    number = int | None
    external_id = msgspec.field(name="External id", default=None)
    ids = [(key, number, None) for key in ("correlation", "device", "stream", "bytes")]
    args = msgspec.defstruct("Args", [("external_id", number, external_id), *ids], gc=False)
    required = [("ph", str), ("name", str), ("pid", int | str), ("tid", int | str)]
    times = [("ts", float, 0.0), ("dur", float, 0.0)]
    rest = [("cat", str | None, None), ("args", args | None, None)]
    event = msgspec.defstruct("Event", [*required, *times, *rest], gc=False)
    document = msgspec.defstruct("Document", [("traceEvents", list[event])], gc=False)
    decoder = msgspec.json.Decoder(document)
    watch.start()
    data = path.read_bytes()
    loaded = watch.seconds()
    decoded = decoder.decode(data)
    seconds = watch.seconds()
    events = len(decoded.traceEvents)
    return {"seconds": seconds - loaded, "with_file": seconds, "events": events}


def traceinsight(path: Path, watch: Stopwatch) -> Counts:
    """Load with the launch, breakdown and idle analyses, nothing drawn."""
    import logging

    from hta.trace_analysis import TraceAnalysis

    logging.disable(logging.WARNING)
    watch.start()
    analysis = TraceAnalysis(trace_files={0: str(path)}, trace_dir=str(path.parent))
    loaded = watch.seconds()
    launches = analysis.get_cuda_kernel_launch_stats(visualize=False)
    analysis.get_gpu_kernel_breakdown(visualize=False)
    analysis.get_temporal_breakdown(visualize=False)
    analysis.get_idle_time_breakdown(visualize=False)
    return {"seconds": watch.seconds(), "load": loaded, "launches": len(launches[0])}


PROBES: dict[str, Callable[[Path, Stopwatch], Counts]] = {
    probe.__name__: probe
    for probe in (
        skipx_read,
        skipx_analyze,
        decompress,
        decompress_zlib,
        python_json,
        orjson_loads,
        msgspec_typed,
        traceinsight,
    )
}


def main() -> None:
    name, path = sys.argv[1:]
    watch = Stopwatch()
    result: dict[str, Any] = {**PROBES[name](Path(path), watch)}
    result |= {"peak": status_bytes("VmHWM"), "before": watch.rss_before}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
