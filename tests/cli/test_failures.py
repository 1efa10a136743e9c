"""Every failure is one line on stderr and an exit code; a traceback only with --debug."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import skipx as facade
from skipx.cli.complaint import complain
from skipx.errors import (
    BadInputError,
    MeasurementRefusedError,
    MissingDependencyError,
    SkipxError,
    UsageError,
)
from tests.cli.conftest import Skipx
from tests.cli.kineto_file import write_trace

ERROR_LINE = re.compile(r"skipx: error: [^\n]+\n")


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_trace(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(facade, "read_trace", read_trace, raising=False)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("what"), 2),
        (BadInputError("what", where="file", hint="do this", offset=3), 3),
        (MissingDependencyError("what"), 4),
        (MeasurementRefusedError("what"), 5),
        (ImportError("no such symbol", name="skipx._native"), 4),
        (ValueError("what"), 70),
        (MemoryError(), 3),
    ],
    ids=repr,
)
def test_errors_have_their_exit_code_and_line(
    skipx: Skipx, error: Exception, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(error, monkeypatch)
    result = skipx("analyze", "trace.json")
    assert result.code == code
    assert result.out == ""
    assert ERROR_LINE.fullmatch(result.err)
    if isinstance(error, SkipxError):
        assert result.err == f"skipx: error: {error}\n"
    elif code == 70:
        assert type(error).__name__ in result.err
        assert "--debug" in result.err


def test_debug_shows_the_traceback_too(skipx: Skipx, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(BadInputError("what"), monkeypatch)
    result = skipx("analyze", "trace.json", "--debug")
    assert result.code == 3
    assert result.err.startswith("Traceback")
    assert result.err.endswith("\nskipx: error: what\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), typer.Abort()], ids=repr)
def test_interrupt(skipx: Skipx, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(error, monkeypatch)
    result = skipx("analyze", "trace.json")
    assert (result.code, result.out, result.err) == (130, "", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["analyze"],
        ["analyze", "--nosuch", "t"],
        ["analyze", "t", "--by", "nosuch"],
        ["analyze", "t", "--top", "-1"],
        ["analyze", "t", "--top", "many"],
        ["analyze", "t", "--nth", "0"],
        ["analyze", "t", "--time-range", "5"],
        ["analyze", "t", "--table", "nosuch"],
        ["analyze", "t", "--table", "metrics"],
        ["analyze", "t", "--json", "-o", "x.csv"],
        ["analyze", "t", "-o", "x.xlsx"],
        ["analyze", "t", "-o", "/nosuch/x.csv"],
        ["chains", "t", "--threshold", "2"],
        ["chains", "t", "--lengths", "1"],
        ["chains", "t", "--symbol", "nosuch"],
        ["check", "t", "--partial"],
        ["doctor", "extra"],
    ],
    ids=" ".join,
)
def test_usage_errors(skipx: Skipx, arguments: list[str]) -> None:
    result = skipx(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert ERROR_LINE.fullmatch(result.err)


@pytest.mark.parametrize(
    "options",
    [
        ["--step", "99"],
        ["--thread", "99"],
        ["--device", "99"],
        ["--region", "nosuch"],
        ["--platform", "nosuch"],
    ],
    ids=" ".join,
)
def test_parts_that_are_not_there(skipx: Skipx, trace: str, options: list[str]) -> None:
    result = skipx("analyze", trace, *options)
    assert result.code == 2
    assert ERROR_LINE.fullmatch(result.err)


def test_bad_files(skipx: Skipx, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("hello")
    (tmp_path / "list").write_text('{"a": 1}')
    write_trace(tmp_path / "cut", truncate=True)
    for name in ("empty", "text", "list", "cut", "absent", "."):
        for command in ("analyze", "chains"):
            result = skipx(command, tmp_path / name)
            assert (result.code, result.out) == (3, ""), name
            assert ERROR_LINE.fullmatch(result.err), name


def test_unpacked_size_is_limited(skipx: Skipx, trace: str) -> None:
    result = skipx("analyze", trace, "--max-text-bytes", 100)
    assert result.code == 3
    assert "100 bytes" in result.err


def test_the_error_line_is_inert(capsys: pytest.CaptureFixture[str]) -> None:
    complain("a\x1b[31m\u202e\r\n b [red]c[/red]")
    assert capsys.readouterr().err == "skipx: error: a\\x1b[31m\\u202e b [red]c[/red]\n"


def test_a_reader_that_goes_away_ends_the_command_quietly(trace: str) -> None:
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    command = [sys.executable, "-m", "skipx", "analyze", "--json", trace]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        result = subprocess.run(
            command, stdout=closed, stderr=subprocess.PIPE, env=environment, check=False
        )
    assert result.stderr == b""
    assert result.returncode < 0
