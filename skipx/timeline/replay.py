"""The replay of an unchanged trace, and whether it is good enough to predict from."""

from __future__ import annotations

from dataclasses import dataclass

from skipx.errors import MeasurementRefusedError
from skipx.metrics.regions import Region
from skipx.platforms import Platform
from skipx.records import Trace
from skipx.timeline.diagnosis import Unexplained, diagnose
from skipx.timeline.from_trace import TraceProgram, from_trace
from skipx.timeline.play import play
from skipx.timeline.program import Playback
from skipx.units import format_count, format_ns, format_share

LEAST_JOINED = 0.995
"""Least share of kernels joined to a launch."""
WARNING = 0.005
"""Error of the replayed IL from which it is told."""
REFUSAL = 0.05
"""Error of the replayed IL past which nothing is predicted."""


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
    il = source.il_ns(playback)
    refusals, warnings = _gates(source, il)
    unexplained = diagnose(trace, source) if refusals or warnings else ()
    causes = tuple(_told(one) for one in unexplained)
    if refusals and not force:
        raise MeasurementRefusedError(
            "; ".join((*refusals, *causes)),
            where=trace.source.path,
            hint="--force predicts from it all the same",
        )
    return Replay(
        source=source,
        playback=playback,
        il_ns=il,
        tklqt_ns=source.tklqt_ns(playback),
        warnings=(*refusals, *warnings, *causes),
        unexplained=unexplained,
    )


def _gates(source: TraceProgram, il: int) -> tuple[list[str], list[str]]:
    """Return what forbids a prediction, and what only casts doubt on it."""
    refusals: list[str] = []
    warnings: list[str] = []
    taken = source.taken
    if taken.joined_share < LEAST_JOINED:
        missing = taken.kernels - taken.joined_kernels
        refusals.append(
            f"{format_count(missing)} of {format_count(taken.kernels)} kernels have no launch in"
            f" the part replayed ({format_share(taken.joined_share)} joined, at least"
            f" {format_share(LEAST_JOINED)} wanted)"
        )
    error = _error(il, source.measured_il_ns)
    if abs(error) > WARNING:
        text = (
            f"the unchanged replay takes {format_ns(il)} where {format_ns(source.measured_il_ns)}"
            f" were measured ({100 * error:+.2f} %)"
        )
        (refusals if abs(error) > REFUSAL else warnings).append(text)
    return refusals, warnings


def _told(one: Unexplained) -> str:
    return (
        f"{format_count(one.count)} {one.what}: {format_ns(one.total_ns)} in all, up to"
        f" {format_ns(one.largest_ns)} ({one.largest[:60]})"
    )


def _error(value: int, measured: int) -> float:
    return (value - measured) / measured if measured else 0.0
