"""Every failure that a user can cause, as one exception family.

Each error says what happened, where, and what to do about it, in one line; the command line
prints that line and exits with the error's ``exit_code``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit codes of the ``skipx`` command, the same for every subcommand."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    BAD_INPUT = 3
    MISSING_DEPENDENCY = 4
    MEASUREMENT_REFUSED = 5


class SkipxError(Exception):
    """Base of all errors that a user can cause; ``str(error)`` is one line."""

    exit_code: ClassVar[ExitCode] = ExitCode.BAD_INPUT

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        if self.hint:
            line += f" ({self.hint})"
        return " ".join(line.split())


def reason_of(error: OSError) -> str:
    """Return why the system refused, as the rest of a line tells it."""
    return (error.strerror or str(error)).lower()


class UsageError(SkipxError):
    """An option or argument that contradicts another, or that names nothing in the input."""

    exit_code = ExitCode.USAGE


class BadInputError(SkipxError):
    """A file that cannot be read as what it was given as.

    ``offset`` is the byte offset in the decompressed text, where one is known.
    """

    exit_code = ExitCode.BAD_INPUT

    def __init__(
        self, what: str, *, where: str = "", hint: str = "", offset: int | None = None
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.offset = offset


class MissingDependencyError(SkipxError):
    """An optional package or a device that this command needs is not there."""

    exit_code = ExitCode.MISSING_DEPENDENCY


class MeasurementRefusedError(SkipxError):
    """A measurement that does not stand up to its own checks."""

    exit_code = ExitCode.MEASUREMENT_REFUSED
