"""Names and folders that no one meant to give: one line, a documented code, nothing overwritten."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from skipx.errors import UsageError
from skipx.new_file import write_new
from skipx.prefill.point import Point
from tests.cli.conftest import Skipx
from tests.prefill.fakes import run_of_one_point

ONE_LINE = re.compile(r"skipx: error: [^\n]+\n")
KEY = Point("gpt2", 1, 16).key
LONG = "x" * 5000


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run folder of one point."""
    run_of_one_point(tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (LONG, 3),
        (f"{LONG}.json", 3),
        (f"{LONG}/run", 3),
        ("loop", 2),
        ("nowhere.json", 3),
        ("/proc/self/mem", 3),
        ("", 2),
        ("no\x1b[31m\nsuch", 2),
    ],
)
def test_a_subject_that_is_nothing_is_one_line(
    skipx: Skipx, trace: str, name: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    for subjects in ((name, trace), (trace, name), (name, name)):
        done = skipx("compare", *subjects)
        assert (done.code, done.out) == (code, "")
        assert ONE_LINE.fullmatch(done.err)
        assert "\x1b" not in done.err


def test_a_trace_that_cannot_be_read_to_its_end_is_one_line(skipx: Skipx) -> None:
    # Reading memory at address 0 is an input/output error, as of a failing disk.
    done = skipx("analyze", "/proc/self/mem")
    assert done.code == 3
    assert "/proc/self/mem: cannot be read: input/output error" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "{run}", "{run}", "-o", "{file}"),
        ("report", "{run}", "-o", "{file}"),
    ],
    ids=["compare", "report"],
)
@pytest.mark.parametrize(
    "part",
    ["run.json", f"points/{KEY}.json", f"traces/{KEY}/trace.json"],
    ids=lambda part: part[:6],
)
def test_no_part_of_a_run_is_overwritten(
    skipx: Skipx, run: Path, arguments: tuple[str, ...], part: str
) -> None:
    before = (run / part).read_bytes()
    done = skipx(*(one.format(run=run, file=run / part) for one in arguments), "--force")
    assert done.code == 2
    assert "is a part of the input" in done.err
    assert (run / part).read_bytes() == before


def test_no_part_of_a_saved_trace_is_overwritten(skipx: Skipx, run: Path) -> None:
    saved = run / "traces" / KEY
    done = skipx("report", saved, "--perfetto", saved / "trace.json", "--force")
    assert (done.code, "is a part of the input" in done.err) == (2, True)
    assert skipx("analyze", saved).code == 0


def test_figures_go_beside_what_a_run_is_made_of(skipx: Skipx, run: Path) -> None:
    done = skipx("report", run, "--figures", run / "tables", "--force")
    assert (done.code, "is a part of the input" in done.err) == (2, True)
    assert list((run / "tables").iterdir()) == []


def test_a_page_in_the_folder_of_its_run_is_replaced(skipx: Skipx, run: Path) -> None:
    for _ in range(2):
        assert skipx("report", run, "-o", run / "report.html", "--force").code == 0


@pytest.mark.parametrize("option", ["-o", "--figures"])
def test_an_output_that_no_file_can_be_is_one_line(
    skipx: Skipx, trace: str, option: str, tmp_path: Path
) -> None:
    done = skipx("report", trace, option, tmp_path / f"{LONG}.html")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written: file name too long" in done.err


def test_an_interrupt_while_a_file_is_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Path, data: bytes) -> int:
        self.touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "page.html", b"<p>", force=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("setpriv") is None or os.geteuid() != 0, reason="needs root")
def test_what_may_not_be_looked_at_is_one_line(tmp_path: Path, run: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o700)
    shutil.copytree(run, tmp_path / "locked/run")
    for folder in (*tmp_path.parents[:2], tmp_path):
        folder.chmod(0o755)
    other = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    code = "import sys; from skipx.cli.main import run; sys.exit(run(sys.argv[1:]))"
    for command in (("compare", "{0}", "{0}"), ("report", "{0}", "-o", "/nonexistent/x.html")):
        arguments = [one.format(tmp_path / "locked/run") for one in command]
        done = subprocess.run(
            [*other, sys.executable, "-c", code, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        assert done.returncode in (2, 3), done.stderr
        assert ONE_LINE.fullmatch(done.stderr)


def test_nothing_is_written_where_the_folder_is_none() -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_new(Path("/proc/nowhere/page.html"), b"", force=False)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["tables", "json"])
def test_an_output_that_is_full_is_one_line(trace: str, form: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "skipx", "compare", trace, trace, *form],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    line = "skipx: error: the output cannot be written: no space left on device\n"
    assert (done.returncode, done.stderr) == (2, line)
