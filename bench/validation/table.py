"""The table of predictions: what was predicted, measured, and guessed more simply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from skipx.units import format_count, format_ns, format_share
from skipx.whatif.validation import Unit, Validated

BARS = {
    ("V1", "IL"): 0.005,
    ("V3", "latency"): 0.05,
    ("V5", "queue depth"): 0.01,
    ("V5", "waits"): 0.05,
    ("V5", "TKLQT"): 0.05,
    ("V5", "issue"): 0.05,
    ("V5", "total"): 0.05,
}
"""Largest error; the others must only be no worse than every simpler guess."""
CLOSER = 0.01
"""A simpler guess is closer where its error is smaller by more than this."""
NO_BAR = "-"
TESTS = ("V1", "V2", "V3", "V4", "V5", "chain", "fusion")


def table(rows: Sequence[Validated]) -> Iterator[str]:
    """Yield the lines of the table, test by test, and a summary of each behind them."""
    if any(row.synthetic for row in rows):
        yield "SYNTHETIC rows come from stand-ins or an emulated device: they prove nothing"
    yield f"{'':7}{'case':36} {'quantity':19} {'predicted':>10} {'measured':>10} {'error':>9}"
    for row in sorted(rows, key=lambda row: TESTS.index(row.test)):
        note = f"; {row.note}" if row.note else ""
        yield (
            f"{row.test:7}{row.case[-36:]:36} {row.quantity:19} {_shown(row, row.predicted):>10}"
            f" {_shown(row, row.measured):>10} {_percent(row.error):>9}  {verdict(row)}{note}"
        )
        for name, error in row.naive_errors.items():
            yield f"{'':9}{name:54} {_shown(row, row.naive[name]):>10} {_percent(error):>20}"
    yield ""
    yield from summary(rows)


def summary(rows: Sequence[Validated]) -> Iterator[str]:
    """Yield a line for each test: how many reached their bar, and the errors beside the guesses'.

    Errors are medians of their absolute values over the rows that have one.
    """
    for test in TESTS:
        mine = [row for row in rows if row.test == test]
        if not mine:
            yield f"{test:7}nothing to compare"
            continue
        errors = [abs(row.error) for row in mine if row.error is not None]
        verdicts = [verdict(row).partition(":")[0] for row in mine]
        counts = ", ".join(
            f"{verdicts.count(one)} {one}" for one in dict.fromkeys(verdicts) if one != NO_BAR
        )
        found = f"{test:7}{len(mine)} rows" + (f", {counts}" if counts else "")
        if errors:
            found += f"; error {_size(errors)}, at most {format_share(max(errors), decimals=2)}"
        guesses: dict[str, list[float]] = {}
        for row in mine:
            for name, error in row.naive_errors.items():
                guesses.setdefault(name, []).append(abs(error))
        found += "".join(f"; {name} {_size(one)}" for name, one in guesses.items())
        yield found


def verdict(row: Validated) -> str:
    """Return whether a row reaches its bar; V2 has none but the spread in its note."""
    if row.error is None:
        return "refused"
    if row.synthetic:
        return "synthetic"
    bar = BARS.get((row.test, row.quantity))
    if bar is not None and abs(row.error) > bar:
        return "MISSED"
    if any(abs(naive) + CLOSER < abs(row.error) for naive in row.naive_errors.values()):
        return "MISSED: a simpler guess is closer"
    return "reached" if bar is not None or row.naive else NO_BAR


def _shown(row: Validated, value: float | None) -> str:
    return format_count(value) if row.unit is Unit.LAUNCHES else format_ns(value)


def _percent(error: float | None) -> str:
    return "-" if error is None else f"{100 * error:+.2f} %"


def _size(errors: Sequence[float]) -> str:
    return format_share(float(np.median(errors)), decimals=2)
