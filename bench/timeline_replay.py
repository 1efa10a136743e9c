"""The unchanged replay of every trace of a folder: replayed against measured IL and TKLQT.

    python bench/timeline_replay.py [FOLDER]

Bars: IL within 0.5 % on every single-GPU trace that is not refused, TKLQT within 10 %. Where
one is missed, what the model has no rule for is printed below the row. FOLDER is
../shared/traces unless given.
"""

from __future__ import annotations

import sys
from pathlib import Path

import skipx
from skipx.errors import UsageError
from skipx.timeline.diagnosis import diagnose
from skipx.timeline.replay import LEAST_JOINED, REFUSAL, Replay, replay
from skipx.units import format_count, format_ns, format_share

IL_BAR = 0.005
TKLQT_BAR = 0.10


def main(folder: Path) -> int:
    """Print a row a trace; return 1 where a bar is missed."""
    paths = sorted(folder.glob("*.json.gz"))
    if not paths:
        print(f"{folder} holds no traces", file=sys.stderr)
        return 2
    print(
        f"{'trace':44} {'joined':>8} {'measured IL':>12} {'replayed':>12} {'error':>9}"
        f" {'TKLQT error':>12}  verdict"
    )
    return max([_row(path) for path in paths])


def _row(path: Path) -> int:
    trace = skipx.read_trace(path)
    name = path.name.removesuffix(".json.gz")
    try:
        found = replay(trace, force=True)
    except UsageError as nothing:
        print(f"{name:44} -  {nothing.what}")
        return 0
    verdict, missed = _verdict(found, len(set(trace.activities.device.tolist())))
    tklqt = "-" if found.tklqt_error is None else f"{100 * found.tklqt_error:+.2f} %"
    print(
        f"{name:44} {format_share(found.source.taken.joined_share):>8}"
        f" {format_ns(found.source.measured_il_ns):>12} {format_ns(found.il_ns):>12}"
        f" {100 * found.il_error:>+7.2f} % {tklqt:>12}  {verdict}"
    )
    if missed or found.warnings:
        for one in diagnose(trace, found.source):
            print(
                f"{'':6}{one.what}: {format_count(one.count)}, {format_ns(one.total_ns)} in all,"
                f" up to {format_ns(one.largest_ns)} ({one.largest[:50]})"
            )
    return int(missed and verdict != "refused")


def _verdict(found: Replay, devices: int) -> tuple[str, bool]:
    il = abs(found.il_error) <= IL_BAR
    tklqt = found.tklqt_error is None or abs(found.tklqt_error) <= TKLQT_BAR
    if found.source.taken.joined_share < LEAST_JOINED or abs(found.il_error) > REFUSAL:
        return "refused", not (il and tklqt)
    if devices > 1:
        return "several devices", False
    missed = [bar for bar, reached in (("IL", il), ("TKLQT", tklqt)) if not reached]
    return (f"misses {' and '.join(missed)}" if missed else "reached"), bool(missed)


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared/traces"
    sys.exit(main(given))
