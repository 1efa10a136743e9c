"""Reads a real trace tiled to millions of events with skipx and with its peers, in one run.

    python bench/trace_reading.py [--events 1000000 3000000] [--repeat 5] [--json out.json]

Each repeat of each measurement is a process of its own, and the repeats take turns, so that a
noisy minute of the machine hits all of them. The base is a100_nccl_multistream.json.gz from the
folder of real traces (SKIPX_TRACES, else ../shared/traces beside the repository), else the
synthetic example. Exit code 1: a bar was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from peers.environment import peers_python
from rich.console import Console
from rich.table import Table
from trace_bars import MIB, Bar, Sample, Samples, bars
from trace_tiles import Tiled, tile_trace

ROOT = Path(__file__).resolve().parent.parent
PROBE = ROOT / "bench" / "peers" / "probe.py"
BASE = "a100_nccl_multistream.json.gz"
OWN = ("skipx_read", "skipx_analyze")
OWN_GZIP = ("skipx_read.gz", "decompress.gz", "decompress_zlib.gz")
PEERS = ("msgspec_typed", "orjson_loads", "python_json")
SLOW_PEERS = ("traceinsight",)
SLOW_REPEATS = 2


def main() -> int:
    options = _options()
    console = Console(width=110)
    base = options.trace or _base()
    python = None if options.no_peers else peers_python(options.environment)
    with tempfile.TemporaryDirectory(prefix="skipx-bench-", dir=options.folder) as folder:
        sizes = sorted(options.events)
        console.print(f"base: {base.name}; {os.cpu_count()} cores; best of {options.repeat}")
        tiled = {size: tile_trace(base, size, Path(folder), compress=True) for size in sizes}
        probes = [
            (name, interpreter, size)
            for size in sizes
            for name, interpreter in _probes(
                python, with_peers=size == sizes[0] or options.all_peers
            ).items()
        ]
        samples = _measure(probes, tiled, options.repeat)
    found = bars(samples, sizes)
    console.print(_sample_table(samples))
    console.print(_bar_table(found))
    if options.json:
        options.json.write_text(_as_json(base, samples, found))
    return 0 if all(bar.met for bar in found) else 1


def _probes(python: Path | None, *, with_peers: bool) -> dict[str, Path]:
    """Return the probes to run with the interpreter of each; peers only on the shortest trace."""
    own = dict.fromkeys((*OWN, *OWN_GZIP), Path(sys.executable))
    peers = dict.fromkeys((*PEERS, *SLOW_PEERS), python) if python and with_peers else {}
    return {**own, **peers}


def _measure(probes: list[tuple[str, Path, int]], tiled: dict[int, Tiled], repeat: int) -> Samples:
    samples = {(name, size): Sample(name, tiled[size].events, []) for name, _, size in probes}
    for turn in range(repeat):
        for name, python, size in probes:
            if name not in SLOW_PEERS or turn < SLOW_REPEATS:
                samples[name, size].runs.append(_run(python, name, tiled[size]))
    return samples


def _run(python: Path, name: str, tiled: Tiled) -> dict[str, float]:
    path = tiled.compressed if name.endswith(".gz") else tiled.plain
    command = [str(python), str(PROBE), name.removesuffix(".gz"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    print(f"{name} {tiled.events:,}: {done.stdout.strip()}", file=sys.stderr)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if result.get("events", tiled.events) != tiled.events:
        raise SystemExit(f"{name} read {result['events']:,} events, not {tiled.events:,}")
    return result


def _sample_table(samples: Samples) -> Table:
    table = Table(title="Each in a process of its own")
    for heading in ("probe", "events", "runs", "best s", "median s", "M events/s", "peak MiB"):
        table.add_column(heading, justify="left" if heading == "probe" else "right")
    for sample in samples.values():
        table.add_row(
            sample.probe,
            f"{sample.events:,}",
            str(len(sample.runs)),
            f"{sample.best():.3f}",
            f"{sample.median():.3f}",
            f"{sample.events / sample.best() / 1e6:.2f}",
            f"{sample.median('peak') / MIB:.0f}",
        )
    return table


def _bar_table(found: list[Bar]) -> Table:
    table = Table(title="Bars")
    for heading in ("bar", "asked", "measured", "met"):
        table.add_column(heading, justify="left" if heading == "bar" else "right")
    for bar in found:
        sign = ">=" if bar.at_least else "<="
        measured = f"{bar.measured:.2f} {bar.unit}"
        table.add_row(bar.what, f"{sign} {bar.asked:g} {bar.unit}", measured, _verdict(bar))
    return table


def _verdict(bar: Bar) -> str:
    return "[green]yes[/]" if bar.met else "[red]NO[/]"


def _as_json(base: Path, samples: Samples, found: list[Bar]) -> str:
    rows = [{"probe": s.probe, "events": s.events, "runs": s.runs} for s in samples.values()]
    verdicts = [{**vars(bar), "met": bar.met} for bar in found]
    return json.dumps({"base": base.name, "samples": rows, "bars": verdicts}, indent=1)


def _base() -> Path:
    folder = Path(os.environ.get("SKIPX_TRACES") or ROOT.parent / "shared" / "traces")
    real = folder / BASE
    return real if real.is_file() else ROOT / "skipx" / "examples" / "synthetic_prefill.json.gz"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure trace reading beside its peers.")
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 3_000_000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--trace", type=Path, help="base trace, instead of the usual one")
    parser.add_argument("--json", type=Path, help="write every run and every bar here")
    parser.add_argument("--no-peers", action="store_true", help="measure skipx alone")
    parser.add_argument("--all-peers", action="store_true", help="peers on every size")
    parser.add_argument("--folder", type=Path, help="where the tiled files go for the time being")
    environment = ROOT / "build" / "bench-peers"
    parser.add_argument("--environment", type=Path, default=environment, help="of the peers")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
