"""The watchdog, with children that hang, crash, break and go on."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import MeasurementRefusedError, UsageError
from skipx.supervisor import ChildError, Message, Patience, Supervised, supervise
from tests.processes import is_gone

PROLOGUE = """
import json, os, signal, sys, time
out = os.fdopen(int(sys.argv[-1]), "w", buffering=1)
def tell(**message): out.write(json.dumps(message) + "\\n")
request = json.load(sys.stdin)
skip = request.get("skip", [])
"""

REPLAYS = """
tell(kind="ready", first=request.get("ready") is None)
for job in range(4):
    if job in skip: continue
    tell(kind="began", job=job)
    if job in (1, 2): {fate}
    tell(kind="measured", job=job, figures={{"ns": job}})
tell(kind="done")
"""

QUICK = Patience(start_s=30, job_s=1.0, restarts=5)


def watch(code: str, patience: Patience = QUICK, **request: Any) -> Supervised:
    return supervise([sys.executable, "-c", PROLOGUE + code], request, patience)


def kinds(found: Supervised) -> dict[int, str]:
    return {job: message["kind"] for job, message in sorted(found.outcomes.items())}


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        ("time.sleep(600)", "silent for 1 s"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        ("os._exit(7)", "exit code 7"),
        ("tell(kind='broken', job=job, reason='illegal address'); sys.exit()", "illegal address"),
    ],
)
def test_a_job_that_takes_its_process_along_is_refused_and_the_others_are_measured(
    fate: str, reason: str
) -> None:
    found = watch(REPLAYS.format(fate=fate))
    assert kinds(found) == {0: "measured", 1: "refused", 2: "refused", 3: "measured"}
    assert reason in found.outcomes[1]["reason"]
    assert found.restarts == 2


def test_a_job_that_is_refused_needs_no_other_process() -> None:
    fate = "tell(kind='refused', job=job, reason='waits'); continue"
    found = watch(REPLAYS.format(fate=fate))
    assert kinds(found) == {0: "measured", 1: "refused", 2: "refused", 3: "measured"}
    assert found.restarts == 0


def test_what_the_first_process_found_is_given_to_the_next() -> None:
    found = watch(REPLAYS.format(fate="os._exit(1)"))
    assert found.ready is not None
    assert found.ready["first"]


def test_a_hanging_child_is_gone_afterwards(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = f"""
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(pid)!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
tell(kind="ready"); tell(kind="began", job=0); time.sleep(600)
"""
    found = watch(code, Patience(start_s=30, job_s=0.5, restarts=0))
    assert kinds(found) == {0: "refused"}
    for number in map(int, pid.read_text().split()):
        assert is_gone(number)


def test_a_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"""
from skipx.supervisor import end_with_parent
end_with_parent()
with open({str(pid)!r}, "w") as file: file.write(f"{{os.getpid()}}\\n")
time.sleep(600)
"""
    program = f"""
import sys
from skipx.supervisor import Patience, supervise
supervise([sys.executable, "-c", {PROLOGUE + child!r}], {{}}, Patience())
"""
    parent = subprocess.Popen([sys.executable, "-c", program])
    while not (pid.exists() and pid.read_text().endswith("\n")):
        assert parent.poll() is None
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    assert is_gone(int(pid.read_text()))


def test_signs_of_life_keep_a_long_job_going() -> None:
    code = """
tell(kind="ready"); tell(kind="began", job=0)
for _ in range(8): time.sleep(0.25); tell(kind="alive")
tell(kind="measured", job=0); tell(kind="done")
"""
    found = watch(code)
    assert kinds(found) == {0: "measured"}


def test_restarts_have_an_end() -> None:
    code = REPLAYS.format(fate="os._exit(1)")
    found = watch(code, Patience(start_s=30, job_s=5, restarts=1))
    assert kinds(found) == {0: "measured", 1: "refused", 2: "refused"}
    assert found.restarts == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("time.sleep(600)", "silent for 0.5 s"),
        ("sys.exit(3)", "exit code 3"),
        ("tell(kind='ready'); os._exit(9)", "exit code 9"),
    ],
)
def test_an_end_without_a_job_to_blame_refuses_everything(code: str, reason: str) -> None:
    with pytest.raises(MeasurementRefusedError, match=reason):
        watch(code, Patience(start_s=0.5, job_s=0.5))


def test_the_error_of_a_child_is_raised() -> None:
    code = "tell(kind='error', error='UsageError', what='no such module'); sys.exit(2)"
    with pytest.raises(ChildError, match="no such module") as caught:
        watch(code)
    error = caught.value.as_raised()
    assert isinstance(error, UsageError)
    assert str(error) == "no such module"


def test_what_the_child_prints_is_not_taken_for_a_message(
    capfd: pytest.CaptureFixture[str],
) -> None:
    heard: list[Message] = []
    code = "print('{\"kind\": \"done\"}', flush=True)\ntell(kind='ready'); tell(kind='done')"
    supervise([sys.executable, "-c", PROLOGUE + code], {}, QUICK, heard.append)
    assert [message["kind"] for message in heard] == ["ready", "done"]
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "done" in captured.err


def test_a_long_message_arrives_whole() -> None:
    code = "tell(kind='ready', launches=['x' * 100] * 20000); tell(kind='done')"
    ready = watch(code).ready
    assert ready is not None
    assert len(ready["launches"]) == 20000


def test_a_large_request_does_not_block() -> None:
    code = "tell(kind='ready', length=len(request['text'])); tell(kind='done')"
    ready = watch(code, text="x" * 1_000_000).ready
    assert ready is not None
    assert ready["length"] == 1_000_000
