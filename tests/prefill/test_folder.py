"""The run folder: whose it is, what survives, what is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import skipx
from skipx.errors import BadInputError, UsageError
from skipx.prefill.folder import RunFolder
from skipx.prefill.manifest import read_manifest
from skipx.prefill.outcome import DeviceReadings, Outcome
from skipx.prefill.point import Point
from tests.prefill.fakes import fake_outcome

REQUEST = {"models": ["toy"], "batch": [1, 2], "dtype": "float16"}
COMMAND = ["skipx", "prefill", "toy"]
POINT = Point("toy", 2, 16)


def make_run(path: Path) -> None:
    with RunFolder.open(path, REQUEST, COMMAND) as folder:
        folder.keep(fake_outcome(POINT), {"v": 1})


def test_what_is_kept_is_what_was_given(tmp_path: Path) -> None:
    given = fake_outcome(
        POINT, compile_s=1.5, readings=DeviceReadings(power_w=3.0, throttled=["power cap"])
    )
    with RunFolder.open(tmp_path / "run", REQUEST, COMMAND) as folder:
        folder.keep(given, {"v": 1})
        found = folder.kept(POINT)
    assert found is not None
    assert dict(found.settings) == {"v": 1}
    kept = found.outcome
    assert (kept.point, kept.compile_s, kept.facts) == (POINT, 1.5, given.facts)
    assert (kept.readings.power_w, list(kept.readings.throttled)) == (3.0, ["power cap"])
    assert kept.inflation == given.inflation
    assert kept.control_ns.tolist() == given.control_ns.tolist()
    assert kept.trace is not None
    assert given.trace is not None
    for name, column in given.trace.activities.columns().items():
        assert np.array_equal(kept.trace.activities.columns()[name], column)


def test_the_manifest_tells_schema_command_environment_and_request(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    content = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (content["schema"], content["version"]) == ("skipx.run", "1.0")
    assert content["command"] == COMMAND
    assert content["request"] == REQUEST
    assert content["environment"]["skipx"] == skipx.__version__


def test_stored_traces_are_traces(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    trace = skipx.read_trace(tmp_path / "run" / "traces" / POINT.key)
    assert skipx.analyze(trace).total.kernels_per_iteration == 12
    assert trace.source.path == f"traces/{POINT.key}"


def test_a_run_is_not_overwritten_without_force(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    with pytest.raises(UsageError, match=r"will not overwrite it \(--resume goes on"):
        RunFolder.open(tmp_path / "run", REQUEST, COMMAND)
    with RunFolder.open(tmp_path / "run", REQUEST, COMMAND, force=True) as folder:
        assert folder.kept(POINT) is None


def test_the_run_of_another_command_is_not_resumed(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    other = {**REQUEST, "batch": [1, 2, 4]}
    with pytest.raises(UsageError, match=r"batch was 1,2 and is 1,2,4"):
        RunFolder.open(tmp_path / "run", other, COMMAND, resume=True)
    with RunFolder.open(tmp_path / "run", REQUEST, COMMAND, resume=True) as folder:
        assert folder.kept(POINT) is not None


def test_force_removes_only_what_a_run_has_made(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    RunFolder.open(tmp_path / "run", REQUEST, COMMAND, force=True).__exit__(None, None, None)
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "run" / "points").exists()


def test_a_folder_that_is_no_run_is_left_alone_even_with_force(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    for force in (False, True):
        with pytest.raises(UsageError, match="is no run folder"):
            RunFolder.open(tmp_path, REQUEST, COMMAND, force=force, resume=True)
    assert (tmp_path / "thesis.tex").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "cannot be read as a run"),
        ("[]", "is no file of a run"),
        ('{"schema": "skipx.platform", "version": "1.0"}', "is no file of a run"),
        ('{"schema": "skipx.run", "version": "1.0"}', "is no file of a run"),
        ("[" * 100_000, "cannot be read as a run"),
    ],
)
def test_a_damaged_manifest_is_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    make_run(tmp_path / "run")
    (tmp_path / "run" / "run.json").write_text(text)
    with pytest.raises(BadInputError, match=complaint):
        RunFolder.open(tmp_path / "run", REQUEST, COMMAND, resume=True)


def test_a_newer_major_is_refused_and_a_newer_minor_is_not(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    path = tmp_path / "run" / "run.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"version": "1.9", "more": 1}))
    assert read_manifest(tmp_path / "run").request == REQUEST
    path.write_text(json.dumps(content | {"version": "2.0"}))
    with pytest.raises(BadInputError, match=r"newer skipx \(schema 2\) \(update skipx\)"):
        RunFolder.open(tmp_path / "run", REQUEST, COMMAND, resume=True)


@pytest.mark.parametrize("there", [False, True])
def test_a_command_that_fails_before_any_point_leaves_no_folder(
    tmp_path: Path, there: bool
) -> None:
    path = tmp_path / "run"
    if there:
        path.mkdir()
    with pytest.raises(UsageError, match="refused"), RunFolder.open(path, REQUEST, COMMAND):
        raise UsageError("refused")
    assert path.exists() is there


def test_a_command_that_fails_after_a_point_keeps_it(tmp_path: Path) -> None:
    def fail() -> None:
        with RunFolder.open(tmp_path / "run", REQUEST, COMMAND) as folder:
            folder.keep(fake_outcome(POINT), {"v": 1})
            raise UsageError("refused")

    with pytest.raises(UsageError, match="refused"):
        fail()
    with RunFolder.open(tmp_path / "run", REQUEST, COMMAND, resume=True) as folder:
        assert folder.kept(POINT) is not None


def test_two_processes_do_not_write_one_folder(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path / "run", REQUEST, COMMAND):
        program = (
            "from pathlib import Path\n"
            "from skipx.prefill.folder import RunFolder\n"
            f"RunFolder.open(Path({str(tmp_path / 'run')!r}), {REQUEST!r}, [], resume=True)\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"another skipx writes into it" in done.stderr


@pytest.mark.parametrize(
    "model", ["../../etc/passwd", "a/b", "a\\b", "\0", "..", "\ud800", "é" * 999]
)
def test_hostile_model_names_stay_in_the_folder(tmp_path: Path, model: str) -> None:
    point = Point(model, 1, 16)
    with RunFolder.open(tmp_path / "run", REQUEST, COMMAND) as folder:
        folder.keep(fake_outcome(point), {})
        found = folder.kept(point)
    assert found is not None
    assert found.outcome.point == point
    written = {path.parent for path in tmp_path.rglob("*") if path.is_file()}
    run = tmp_path / "run"
    assert written == {run, run / "points", run / "traces" / point.key}


def test_a_disk_that_is_full_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(tmp_path / "run")

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with RunFolder.open(tmp_path / "run", REQUEST, COMMAND, resume=True) as folder:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(UsageError, match="cannot be written: no space left on device"):
            folder.keep(Outcome(Point("toy", 1, 16), problem="x"), {})
        monkeypatch.undo()
        assert folder.kept(Point("toy", 1, 16)) is None
        assert folder.kept(POINT) is not None, "what was kept before is still there"


_ENDLESS = """
import itertools, sys
from pathlib import Path
from skipx.prefill.folder import RunFolder
from skipx.prefill.point import Point
from tests.prefill.fakes import fake_outcome
with RunFolder.open(Path(sys.argv[1]), {}, []) as folder:
    for batch in itertools.count(1):
        folder.keep(fake_outcome(Point("toy", batch, 16)), {"v": 1})
        print(batch, flush=True)
"""


@pytest.mark.parametrize("delay_s", [0.0, 0.003, 0.007, 0.011, 0.019])
def test_a_kill_at_any_time_leaves_whole_points(tmp_path: Path, delay_s: float) -> None:
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(tmp_path / "run")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
    )
    assert child.stdout is not None
    for _ in range(3):
        child.stdout.readline()
    time.sleep(delay_s)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = 3 + len(child.stdout.read().splitlines())
    child.stdout.close()
    with RunFolder.open(tmp_path / "run", {}, [], resume=True) as folder:
        for batch in range(1, kept + 1):
            found = folder.kept(Point("toy", batch, 16))
            assert found is not None
            assert found.outcome.trace is not None
        following = folder.kept(Point("toy", kept + 1, 16))
        assert following is None or following.outcome.trace is not None
    leftovers = list((tmp_path / "run").rglob("*.part"))
    assert leftovers == []
