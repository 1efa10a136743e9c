"""Recordings on disk: which there are, and the rows of each."""

from __future__ import annotations

import dataclasses
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from validation.bursts import rows_of_bursts
from validation.outcomes import Outcomes, rows_of_outcomes
from validation.traces import rows_of_trace

from skipx import platforms
from skipx.errors import BadInputError, SkipxError, UsageError
from skipx.platforms import Platform
from skipx.prefill.point import Point
from skipx.prefill.reading import is_run
from skipx.prefill.stored import POINTS, StoredPoint, stored
from skipx.sources import read_trace
from skipx.sources.saved import is_saved_trace
from skipx.whatif.validation import Validated, validate_chain

ROOT = Path(__file__).resolve().parents[2]
FILES = ("sweep.tar.gz", "recordings.tar.gz", "replay.json", "bursts.json", "kineto.json")
"""What the battery leaves of use here, packed or not."""
PLATFORM = "platform.json"
BATTERY = "battery.json"


def recordings() -> list[Path]:
    """Return the recordings that there are, where none was named."""
    results = sorted((ROOT / "bench" / "results").glob("*"))
    found = [ROOT.parent / "shared" / "traces", *results]
    return [path for path in found if path.is_dir()]


def rows_of_path(path: Path, platform: Platform | None = None) -> list[Validated]:
    """Return the rows of what a file or a folder holds; ``of_folder`` tells which files count.

    The platform is the file beside it, unless one is given. What stand-ins for the libraries of
    CUDA left, by the battery's word, is synthetic.

    Raises ``BadInputError`` where it is damaged, and ``UsageError`` where a replay has no platform;
    in a folder of several the one has a row that says so.
    """
    beside = path / PLATFORM if path.is_dir() else path.parent / PLATFORM
    if platform is None and beside.is_file():
        platform = platforms.load(beside)
    rows = _rows(path, platform)
    battery = path.parent / BATTERY
    return _marked(rows, battery.is_file() and _json(battery, lambda found: found["synthetic"]))


def _rows(path: Path, platform: Platform | None) -> list[Validated]:
    if path.name.endswith(".tar.gz"):
        return _packed(path, platform)
    if path.name == "replay.json":
        return _replay(path, platform)
    if path.name == "bursts.json":
        return _json(path, lambda found: rows_of_bursts(found, platform))
    if is_run(path):
        return _run(path, platform)
    if path.is_dir() and not is_saved_trace(path):
        return [row for one in of_folder(path) for row in _of_one(one, platform)]
    trace = read_trace(path)
    case = path.name.removesuffix(".gz").removesuffix(".json")
    return _marked(rows_of_trace(case, trace, platform), trace.source.synthetic)


def _of_one(path: Path, platform: Platform | None) -> list[Validated]:
    """Return the rows of one of several recordings: what is wrong with it is a row, too."""
    try:
        return rows_of_path(path, platform)
    except SkipxError as error:
        test = "chain" if path.name == "replay.json" else "V1"
        return [Validated(test, path.name, "-", None, None, note=str(error))]


def of_folder(folder: Path) -> list[Path]:
    """Return what of a folder is a recording: a battery's files, traces, and bursts."""
    found = [folder / name for name in FILES]
    traces = [*folder.glob("*.json.gz"), *filter(is_saved_trace, folder.iterdir())]
    return [*(path for path in found if path.is_file()), *sorted(traces)]


def _packed(path: Path, platform: Platform | None) -> list[Validated]:
    with tempfile.TemporaryDirectory() as name:
        try:
            with tarfile.open(path) as archive:
                archive.extractall(name, filter="data")
        except (OSError, EOFError, tarfile.TarError) as error:
            raise BadInputError(f"cannot be unpacked: {error}", where=str(path)) from error
        return _rows(Path(name), platform)


def _run(folder: Path, platform: Platform | None) -> list[Validated]:
    kept = list(_points(folder))
    synthetic = any(one.settings.get("synthetic") or one.outcome.point.platform for one in kept)
    return _marked(rows_of_outcomes(Outcomes(one.outcome for one in kept), platform), synthetic)


def _points(folder: Path) -> Iterator[StoredPoint]:
    for path in sorted((folder / POINTS).glob("*.json")):
        point = _json(path, lambda found: Point.from_dict(found["point"]))
        kept = stored(folder, point)
        if kept is not None:
            yield kept


def _replay(path: Path, platform: Platform | None) -> list[Validated]:
    """Return a row for each chain that a replay timed, one by one and as one graph."""
    if platform is None:
        raise UsageError("needs the platform it was measured on", where=str(path), hint="--machine")
    rows = _json(path, lambda found: list(_chains(found, platform)))
    return _marked(rows, _json(path, lambda found: found["synthetic"]))


def _chains(document: Any, platform: Platform) -> Iterator[Validated]:
    for number, chain in enumerate(document["chains"], 1):
        if chain["warm"] and chain["gated"]:
            yield validate_chain(
                f"{Path(document['workload']).name} chain {number}",
                chain["length"],
                chain["gated"]["launches"]["median"],
                chain["warm"]["launches"]["median"],
                chain["warm"]["graph"]["median"],
                platform,
            )


def _json(path: Path, use: Callable[[Any], Any]) -> Any:
    """Return what ``use`` makes of a file. Raises ``BadInputError`` where it is another's."""
    try:
        return use(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(f"is no recording of this kind: {error!r}", where=str(path)) from error


def _marked(rows: list[Validated], synthetic: bool) -> list[Validated]:
    return [dataclasses.replace(row, synthetic=True) for row in rows] if synthetic else rows
