"""Predictions against measurement: V1 to V3 of the definitions, section 6, and chains.

    python bench/validate_predictions.py [PATH ...] [--machine NAME|FILE] [--live]

PATH is a trace, a folder of traces, a run folder of ``skipx prefill`` or one packed as
``bench/gpu_sweep.py`` does, or what ``skipx replay`` wrote as JSON; without any, ../shared/traces
and bench/results/*/{sweep.tar.gz,replay.json}. A platform.json beside a file is its machine.

V1  the unchanged replay of every trace          error of IL, bar 0.5 %
V2  one iteration from another                   error of IL, beside the spread of the measured ones
V3  eager trace -> measured CUDA-graph latency   bar 5 %, and better than every simpler guess
chain  what a replayed chain saves as one graph  better than L - 1 launch floors

V3 needs points that a device measured, eager and as one graph. --live measures them now: four
models, batch 1, 2, 4, 8. Emulated runs are refused for V3: agreement of a model with itself proves
nothing. Exit code 0: every bar reached; 1: one missed; 2: usage; 3: damaged input; 4: no device.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from skipx import platforms
from skipx.errors import BadInputError, ExitCode, MissingDependencyError, SkipxError, UsageError
from skipx.platforms import Platform
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Mode, Point
from skipx.prefill.stored import POINTS, stored
from skipx.sources import read_trace
from skipx.units import format_ns
from skipx.whatif.validation import Validated, validate_chain, validate_graph, validate_replay

ROOT = Path(__file__).resolve().parents[1]
REPLAY_BAR = 0.005
GRAPH_BAR = 0.05
MODELS = ("bert-base-uncased", "gpt2", "Llama-3.2-1B", "xlm-roberta-base")
BATCHES = (1, 2, 4, 8)
SEQUENCE = 512


def main(arguments: Sequence[str]) -> int:
    """Print a row a test, and what missed its bar."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--machine", default=None)
    parser.add_argument("--live", action="store_true")
    given = parser.parse_args(arguments)
    try:
        platform = platforms.resolve(given.machine) if given.machine else None
        rows: list[Validated] = []
        if given.live:
            rows += of_outcomes(live(), platform)
        for path in given.paths or ([] if given.live else recordings()):
            rows += of_path(path, platform)
    except SkipxError as error:
        print(f"validate_predictions: error: {error}", file=sys.stderr)
        return int(error.exit_code)
    return report(rows)


def recordings() -> list[Path]:
    """Return the recordings that there are, where none was named."""
    results = ROOT / "bench" / "results"
    found = [
        ROOT.parent / "shared" / "traces",
        *results.glob("*/sweep.tar.gz"),
        *results.glob("*/replay.json"),
    ]
    return [path for path in found if path.exists()]


def of_path(path: Path, platform: Platform | None) -> list[Validated]:
    """Return the rows of a trace, a folder of traces, a run folder, or a replay."""
    beside = path.parent / "platform.json"
    if platform is None and path.is_file() and beside.is_file():
        platform = platforms.load(beside)
    if path.name == "replay.json":
        return of_replay(path, platform)
    if path.name.endswith(".tar.gz"):
        with tempfile.TemporaryDirectory() as name:
            with tarfile.open(path) as archive:
                archive.extractall(name, filter="data")
            return of_path(Path(name), platform)
    if (path / "run.json").is_file():
        measured = path / "platform.json"
        machine = platforms.load(measured) if platform is None and measured.is_file() else platform
        return of_outcomes(outcomes(path), machine)
    if path.is_dir():
        return [row for one in sorted(path.glob("*.json.gz")) for row in of_path(one, platform)]
    try:
        return validate_replay(path.name.removesuffix(".json.gz"), read_trace(path), platform)
    except UsageError as nothing:
        return [Validated("V1", path.name.removesuffix(".json.gz"), None, None, {}, nothing.what)]


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Yield what a run folder holds."""
    for path in sorted((folder / POINTS).glob("*.json")):
        point = Point.from_dict(json.loads(path.read_text(encoding="utf-8"))["point"])
        kept = stored(folder, point)
        if kept is not None:
            yield kept.outcome


def of_replay(path: Path, platform: Platform | None) -> list[Validated]:
    """Return a row for each chain that a replay timed, one by one and as one graph."""
    if platform is None:
        raise UsageError("needs the platform it was measured on", where=str(path), hint="--machine")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["synthetic"]:
            raise UsageError("was not measured on a device", where=str(path))
        return [
            validate_chain(
                f"{document['workload']} chain {number}",
                chain["length"],
                chain["gated"]["launches"]["median"],
                chain["warm"]["launches"]["median"],
                chain["warm"]["graph"]["median"],
                platform,
            )
            for number, chain in enumerate(document["chains"], 1)
            if chain["warm"] and chain["gated"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"is no result of skipx replay: {error}", where=str(path)) from error


def of_outcomes(found: Iterator[Outcome], platform: Platform | None) -> list[Validated]:
    """Return V1 and V2 of every eager trace, and V3 where the same point ran as one graph."""
    kept = list(found)
    graphs = {
        condition(one.point): one.control_ns
        for one in kept
        if one.point.mode == Mode.GRAPH and not one.point.platform and len(one.control_ns)
    }
    rows = []
    for one in kept:
        if one.trace is None or one.point.mode != Mode.EAGER:
            continue
        case = " ".join(str(part) for part in condition(one.point))
        rows += validate_replay(case, one.trace, platform)
        if condition(one.point) in graphs:
            rows.append(validate_graph(case, one.trace, graphs[condition(one.point)], platform))
    return rows


def condition(point: Point) -> tuple[str, int, int]:
    """Return what an eager point and its graph share."""
    return point.model, point.batch, point.sequence


def live(measure: Callable[[Point], Outcome] | None = None) -> Iterator[Outcome]:
    """Yield the points of V3, measured now. Raises ``MissingDependencyError`` without a device."""
    from skipx.platforms.machine import installed_gpus
    from skipx.prefill.runner import Settings
    from skipx.prefill.runner import measure as measured

    if measure is None:
        if not installed_gpus():
            raise MissingDependencyError("no GPU to measure on", hint="give recordings instead")
        settings = Settings()

        def measure(point: Point) -> Outcome:
            return measured(point, settings)

    for model in MODELS:
        for batch in BATCHES:
            for mode in (Mode.EAGER, Mode.GRAPH):
                yield measure(Point(model, batch, SEQUENCE, mode))


def report(rows: Sequence[Validated]) -> int:
    """Print the rows; return 1 where a bar is missed, 2 where there was nothing to validate."""
    if not rows:
        print("no recordings to validate against", file=sys.stderr)
        return int(ExitCode.USAGE)
    print(f"{'':6}{'case':42} {'predicted':>12} {'measured':>12} {'error':>9}  verdict")
    missed = 0
    for row in rows:
        verdict = verdict_of(row)
        missed += verdict.startswith("MISSED")
        error = "-" if row.error is None else f"{100 * row.error:+.2f} %"
        print(
            f"{row.test:6}{row.case[-42:]:42} {format_ns(row.predicted_ns):>12}"
            f" {format_ns(row.measured_ns):>12} {error:>9}  {verdict}; {row.note}"
        )
        for name, naive in row.naive_errors.items():
            print(f"{'':8}{name:40} {format_ns(row.naive_ns[name]):>12} {100 * naive:>+23.2f} %")
    if not any(row.test == "V3" for row in rows):
        print("V3: no recorded graph latencies; bench/gpu_sweep.py or --live makes them on a GPU")
    return 1 if missed else 0


def verdict_of(row: Validated) -> str:
    """Return whether a row reaches its bar: V2 has none but the spread in its note."""
    if row.error is None:
        return "refused"
    if row.test == "V2":
        return "-"
    bars = {"V1": REPLAY_BAR, "V3": GRAPH_BAR}
    if row.test in bars and abs(row.error) > bars[row.test]:
        return "MISSED"
    if any(abs(naive) < abs(row.error) for naive in row.naive_errors.values()):
        return "MISSED: a simpler guess is closer"
    return "reached"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
