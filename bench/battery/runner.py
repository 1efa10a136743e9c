"""Runs the stages in turn within one limit, and sums them up on one screen."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from battery.archive import MOST_BYTES
from battery.stage import Outcome, Stage, Status, run_stage
from battery.state import STATE, State

LOG = "battery.log"
SUMMARY = "summary.txt"
MOST_FILES = 8
LEAST_S = 5.0
"""A stage is not begun with less time than this."""

_WIDTH = 79


def run_battery(
    stages: Sequence[Stage],
    state: State,
    *,
    limit_s: float,
    again: Sequence[str] = (),
    tell: Callable[[str], None] = print,
) -> str:
    """Run the stages that have not passed yet, and return the summary, also left as a file.

    ``again`` names stages to run although they have passed, as those are that always run. The
    state is saved after each stage, so that a battery that is cut off goes on where it was.
    """
    files = {name for stage in stages for name in stage.files} | {STATE, LOG, SUMMARY}
    if len(files) > MOST_FILES:
        raise ValueError(f"{len(files)} files, but at most {MOST_FILES} can be brought back")
    end = time.monotonic() + limit_s
    state.save()
    due = [
        stage
        for stage in stages
        if stage.always or stage.name in again or not _passed(state, stage.name)
    ]
    for stage in stages:
        if stage not in due:
            tell(f"{stage.name}: passed before")
            continue
        due.remove(stage)
        # Time kept from what the others need would be no use to them.
        reserved_s = sum(later.reserve_s for later in due if stage.name not in later.needs)
        outcome = _outcome(stage, state, end - time.monotonic() - reserved_s, tell)
        state.outcomes[stage.name] = outcome
        state.save()
        (state.folder / SUMMARY).write_text(summary(stages, state) + "\n")
        tell(f"{stage.name}: {outcome.status}, {outcome.seconds:.0f} s")
    text = summary(stages, state)
    (state.folder / SUMMARY).write_text(text + "\n")
    return text


def carry_over(earlier: Path, out: Path) -> None:
    """Copy what an earlier battery left in another folder; files already in ``out`` stay."""
    for path in earlier.iterdir():
        if path.is_file() and not (out / path.name).exists():
            # Not its mode: what came back from another machine may be read-only.
            shutil.copyfile(path, out / path.name)


def summary(stages: Sequence[Stage], state: State) -> str:
    """Return one line a stage, and below it the figures that it measured."""
    lines = [f"skipx battery on {state.gpu or 'no device'}, sources {state.fingerprint}"]
    if state.synthetic:
        lines.append("SYNTHETIC: on stand-ins for the libraries of CUDA, not on a device")
    for stage in stages:
        outcome = state.outcomes.get(stage.name, Outcome("not run"))
        lines.append(f"{stage.name:<13} {outcome.status:<12} {outcome.seconds:>6.1f} s")
        shown = stage.last_lines if outcome.passed else max(stage.last_lines, 1)
        lines += [f"    {line.strip()}" for line in outcome.tail[len(outcome.tail) - shown :]]
        lines += [f"    {line}" for line in _figures(stage, state.folder)]
        lines += [f"    {line}" for line in _too_large(stage, state.folder)]
    return "\n".join(line[:_WIDTH] for line in lines)


def _too_large(stage: Stage, folder: Path) -> Iterator[str]:
    for path in (folder / name for name in stage.files):
        if path.exists() and path.stat().st_size > MOST_BYTES:
            yield f"{path.name} is too large to be brought back: {path.stat().st_size:,} bytes"


def _passed(state: State, name: str) -> bool:
    return state.outcomes.get(name, Outcome("not run")).passed


def _outcome(stage: Stage, state: State, left_s: float, tell: Callable[[str], None]) -> Outcome:
    if stage.skip:
        return Outcome(Status.SKIPPED, tail=(stage.skip,))
    for name in stage.needs:
        if not _passed(state, name):
            return Outcome(Status.BLOCKED, tail=(f"needs {name}",))
    if left_s < LEAST_S:
        return Outcome(Status.NO_TIME)
    limit_s = min(stage.budget_s, left_s)
    tell(f"{stage.name}: at most {limit_s:.0f} s")
    outcome = run_stage(stage, state.folder, state.folder / LOG, limit_s=limit_s)
    for part in state.folder.glob(".*.part"):
        # Half a file of a stage that was ended: it would be one too many to be brought back.
        part.unlink()
    return outcome


def _figures(stage: Stage, folder: Path) -> Sequence[str]:
    if not all((folder / name).exists() for name in stage.files):
        return ()
    try:
        return stage.figures(folder)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        # A file of another shape must not cost the summary of everything else.
        return (f"its files cannot be read: {type(error).__name__}: {error}",)
