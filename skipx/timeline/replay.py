"""The replay of an unchanged trace, and whether it is good enough to predict from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from skipx.errors import MeasurementRefusedError
from skipx.metrics.regions import Region
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.timeline.diagnosis import Unexplained, diagnose
from skipx.timeline.from_trace import Taken, TraceProgram, from_trace
from skipx.timeline.play import play
from skipx.timeline.program import Playback
from skipx.units import format_count, format_ns, format_share

LEAST_JOINED = 0.995
"""Least share of kernels joined to a launch."""
WARNING = 0.005
"""Error of the replayed IL from which it is told, and share of it that unseen work takes."""
REFUSAL = 0.05
"""Error of the replayed IL past which nothing is predicted."""
TKLQT_WARNING = 0.10
"""Error of the replayed TKLQT from which it is told."""


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """A trace played unchanged. Errors are relative to what was measured."""

    source: TraceProgram
    playback: Playback
    il_ns: int
    tklqt_ns: int
    warnings: tuple[str, ...]
    """What is doubtful about it, one line each."""
    unexplained: tuple[Unexplained, ...]
    """What the model has no rule for; only looked for where there is a warning."""

    @property
    def il_error(self) -> float:
        """(Replayed - measured) / measured IL."""
        return _error(self.il_ns, self.source.measured_il_ns)

    @property
    def tklqt_error(self) -> float | None:
        """(Replayed - measured) / measured TKLQT, None where that is not positive."""
        measured = self.source.measured_tklqt_ns
        return _error(self.tklqt_ns, measured) if measured > 0 else None


def replay(
    trace: Trace,
    platform: Platform | None = None,
    *,
    region: Region = None,
    force: bool = False,
) -> Replay:
    """Play a trace, or a region of it, unchanged (definitions, section 6).

    ``force`` turns the refusals into warnings.

    Raises:
        MeasurementRefusedError: fewer than 99.5 % of the kernels joined to a launch, or a
            replayed IL that misses the measured one by more than 5 %.
        UsageError: the region is not there, or no kernel was launched in it.
    """
    source = from_trace(trace, platform, region=region)
    playback = play(source.program, source.parameters)
    found = Replay(source, playback, source.il_ns(playback), source.tklqt_ns(playback), (), ())
    il, tklqt = _il_miss(found), _tklqt_miss(found)
    refused = abs(found.il_error) > REFUSAL
    refusals = [*_unjoined(source.taken), *(il if refused else ())]
    warnings = [*_busy(source), *(() if refused else il), *tklqt]
    unexplained = diagnose(trace, source) if refusals or il or tklqt else ()
    causes = [_told(one) for one in unexplained]
    if refusals and not force:
        raise MeasurementRefusedError(
            "; ".join((*refusals, *causes[:1])),
            where=trace.source.path,
            hint="--force predicts from it all the same",
        )
    return dataclasses.replace(
        found, warnings=(*refusals, *warnings, *causes), unexplained=unexplained
    )


def _unjoined(taken: Taken) -> list[str]:
    if taken.joined_share >= LEAST_JOINED:
        return []
    missing = taken.kernels - taken.joined_kernels
    return [
        f"{format_count(missing)} of {format_count(taken.kernels)} kernels have no launch in"
        f" the part replayed ({format_share(taken.joined_share)} joined, at least"
        f" {format_share(LEAST_JOINED)} wanted)"
    ]


def _busy(source: TraceProgram) -> list[str]:
    until = source.parameters.busy_ns
    told = [ns for ns in until if ns > WARNING * source.measured_il_ns]
    if not told:
        return []
    return [
        f"{format_count(len(told))} of {format_count(len(until))} streams did something"
        f" that the trace does not show, until {format_ns(max(told))} from its begin: every"
        " prediction keeps that"
    ]


def _il_miss(found: Replay) -> list[str]:
    measured = found.source.measured_il_ns
    if abs(found.il_error) <= WARNING:
        return []
    return [
        f"the unchanged replay takes {format_ns(found.il_ns)} where {format_ns(measured)}"
        f" were measured ({100 * found.il_error:+.2f} %)"
    ]


def _tklqt_miss(found: Replay) -> list[str]:
    error, measured = found.tklqt_error, found.source.measured_tklqt_ns
    if error is None or abs(error) <= TKLQT_WARNING:
        return []
    return [
        f"the replayed TKLQT is {format_ns(found.tklqt_ns)} where {format_ns(measured)} were"
        f" measured ({100 * error:+.0f} %)"
    ]


def _told(one: Unexplained) -> str:
    return (
        f"{one.what}: {format_count(one.count)}, {format_ns(one.total_ns)} in all, up to"
        f" {format_ns(one.largest_ns)} ({one.largest[:60]})"
    )


def _error(value: int, measured: int) -> float:
    return (value - measured) / measured if measured else 0.0
