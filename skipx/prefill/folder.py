"""The run folder of a sweep: every finished point is on disk before the next one begins."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from skipx.errors import UsageError
from skipx.new_file import cannot_write
from skipx.prefill.durable import PART
from skipx.prefill.manifest import MANIFEST, Manifest, read_manifest
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.stored import POINTS, TRACES, Settings, StoredPoint, store, stored

TABLES = "tables"
PLATFORM = "platform.json"
REPORT = "report.html"
_LOCK = ".lock"
PARTS = (MANIFEST, POINTS, TRACES, TABLES, PLATFORM)
"""What a run folder is made of: files and folders in it that no other output may replace."""
_OWN = (*PARTS, REPORT)


class RunFolder:
    """A folder that one process writes at a time, held from ``open`` to the end of ``with``."""

    def __init__(self, path: Path, manifest: Manifest, lock: int, *, made: bool) -> None:
        """For ``open`` only: ``lock`` is the open file that keeps other processes out."""
        self.path = path
        self.manifest = manifest
        self._lock = lock
        self._made = made

    @classmethod
    def open(
        cls,
        path: Path,
        request: Mapping[str, Any],
        command: Sequence[str],
        *,
        resume: bool = False,
        force: bool = False,
    ) -> Self:
        """Return the folder of a request, new or as an earlier run has left it.

        Args:
            path: where; its parent exists.
            request: what is asked for, JSON-ready; a folder belongs to one request.
            command: the command line, for ``run.json``.
            resume: go on in a folder of the same request.
            force: begin again in a run folder, whatever it holds. Files that no run has made
                are left alone.

        Raises:
            UsageError: the folder is there and holds something else, or another process has it.
            BadInputError: its ``run.json`` cannot be read, or a newer skipx wrote it.
        """
        fresh = Manifest(request, command)
        made = not path.exists()
        try:
            path.mkdir(exist_ok=True)
        except OSError as error:
            raise cannot_write(path, error) from error
        lock = _take(path)
        try:
            if not resume or force or not (path / MANIFEST).exists():
                _make_room(path, force=force)
                fresh.write(path)
            else:
                _check_same(path, read_manifest(path), request)
            _clear_parts(path)
        except BaseException:
            os.close(lock)
            raise
        return cls(path, fresh, lock, made=made)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None and self._made:
            _remove_bare(self.path)
        os.close(self._lock)

    def keep(self, outcome: Outcome, settings: Settings) -> None:
        """Write an outcome. Raises ``UsageError`` where it cannot be written."""
        store(self.path, outcome, settings)

    def kept(self, point: Point) -> StoredPoint | None:
        """Return what is kept of a point. Raises ``BadInputError`` where it is damaged."""
        return stored(self.path, point)


def _remove_bare(path: Path) -> None:
    """Remove a run folder that holds nothing yet: a refused command leaves nothing behind."""
    if {entry.name for entry in path.iterdir()} <= {_LOCK, MANIFEST}:
        shutil.rmtree(path, ignore_errors=True)


def _take(path: Path) -> int:
    try:
        lock = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise UsageError("another skipx writes into it", where=str(path)) from error
    except OSError:
        # A file system without locks: two runs at once are then the user's to avoid.
        return lock
    return lock


def _make_room(path: Path, *, force: bool) -> None:
    """Refuse a folder that holds something; with ``force`` remove what an earlier run made."""
    holds = {entry.name for entry in path.iterdir()} - {_LOCK}
    if not holds:
        return
    if MANIFEST not in holds:
        raise UsageError(
            "holds something and is no run folder", where=str(path), hint="choose another folder"
        )
    if not force:
        raise UsageError(
            "holds a run, will not overwrite it",
            where=str(path),
            hint="--resume goes on with it, --force begins again",
        )
    # run.json goes last: until then the folder is known as a run's.
    for name in reversed(_OWN):
        own = path / name
        if own.is_dir() and not own.is_symlink():
            shutil.rmtree(own)
        else:
            own.unlink(missing_ok=True)


def _check_same(path: Path, manifest: Manifest, request: Mapping[str, Any]) -> None:
    if differences := manifest.differences(request):
        more = f", and {len(differences) - 1} more" if len(differences) > 1 else ""
        raise UsageError(
            f"holds the run of another command: {differences[0]}{more}",
            where=str(path),
            hint="--force begins again, or choose another folder",
        )


def _clear_parts(path: Path) -> None:
    """Remove what a process that was killed was writing."""
    for folder in (path, path / POINTS, path / TRACES, path / TABLES):
        for part in folder.glob(f".*{PART}"):
            shutil.rmtree(part) if part.is_dir() else part.unlink()
