from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios

import pytest

HEAVY = {"numpy", "pandas", "pyarrow", "rich.table", "torch", "skipx._native", "skipx.records"}


def modules_after(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after running ``code``."""
    program = f"{code}\nimport json, sys\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(result.stderr))


@pytest.mark.parametrize(
    "code",
    [
        "import skipx",
        "from skipx.cli.main import run; run(['--help'])",
        "from skipx.cli.main import run; run(['analyze', '--help'])",
        "from skipx.cli.main import run; run(['platforms', 'show', '--help'])",
        "from skipx.cli.main import run; run(['prefill', '--help'])",
        "from skipx.cli.main import run; run(['compare', '--help'])",
        "from skipx.cli.main import run; run(['--version'])",
    ],
)
def test_nothing_heavy_is_imported_at_the_start(code: str) -> None:
    assert modules_after(code) & HEAVY == set()


def test_analysis_would_be_caught() -> None:
    assert {"numpy", "skipx.records"} <= modules_after("import skipx; skipx.Trace")


def skipx(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "skipx", *arguments],
        capture_output=True,
        env=dict(os.environ, **environment),
        check=False,
    )


def test_the_module_is_the_command(trace: str) -> None:
    result = skipx("analyze", trace, COLUMNS="100")
    assert result.returncode == 0
    text = result.stdout.decode()
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) == 100


def test_output_to_a_pipe_does_not_take_the_width_of_the_terminal_around(trace: str) -> None:
    terminal, stdin = pty.openpty()
    termios.tcsetwinsize(stdin, (50, 200))
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    result = subprocess.run(
        [sys.executable, "-m", "skipx", "analyze", trace],
        stdin=stdin,
        capture_output=True,
        env=environment,
        check=True,
    )
    os.close(terminal)
    os.close(stdin)
    assert max(len(line) for line in result.stdout.decode().splitlines()) == 80


def test_a_terminal_of_another_encoding_does_not_end_the_command(trace: str) -> None:
    result = skipx("analyze", trace, PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.isascii()


@pytest.mark.parametrize(
    "command",
    [
        *(
            "",
            "run",
            "prefill",
            "launch",
            "analyze",
            "check",
            "chains",
            "predict",
            "compare",
            "replay",
            "doctor",
        ),
        *(f"platforms {command}" for command in ("list", "show", "validate", "save")),
    ],
)
def test_help_fits_and_shows_examples(command: str) -> None:
    result = skipx(*command.split(), "--help", COLUMNS="80")
    text = result.stdout.decode()
    assert result.returncode == 0
    assert max(len(line) for line in text.splitlines()) <= 80
    if command:
        assert f"\n    skipx {command}" in text


def test_no_arguments_are_answered_with_help() -> None:
    result = skipx()
    assert result.returncode == 0
    assert result.stdout.startswith(b"Usage: skipx")


def test_version() -> None:
    assert skipx("--version").stdout.decode().split()[0] == "skipx"
