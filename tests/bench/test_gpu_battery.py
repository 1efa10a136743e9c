"""The battery with stages that play a GPU's: what is measured is never lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.processes import is_gone

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def battery(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return the names of the battery's modules as one namespace."""
    monkeypatch.syspath_prepend(BENCH)
    names: dict[str, Any] = {}
    for part in ("stage", "state", "runner"):
        names |= vars(import_module(f"battery.{part}"))
    return SimpleNamespace(**names)


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def counting(name: str, code: str = "") -> list[str]:
    """Return a command that notes each of its runs in ``name`` and then does ``code``."""
    return python(f"import sys\nopen(r'{{out}}/{name}', 'a').write('x')\n{code}")


def quiet(line: str) -> None:
    del line


def run(battery: SimpleNamespace, stages: Any, out: Path, **options: Any) -> str:
    state = battery.State.load(out, "sources", "a GPU")
    text = battery.run_battery(
        stages, state, limit_s=options.pop("limit_s", 60), tell=quiet, **options
    )
    assert isinstance(text, str)
    return text


def outcomes(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "battery.json").read_text())["outcomes"]
    return found


def test_a_failing_stage_keeps_what_the_others_measured(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    stages = [
        battery.Stage(
            "one",
            counting("one.txt"),
            30,
            files=["one.txt"],
            figures=lambda out: [f"measured {(out / 'one.txt').read_text()}"],
        ),
        battery.Stage(
            "two", counting("two.txt", "print('went wrong'); sys.exit(3)"), 30, files=["two.txt"]
        ),
        battery.Stage("three", counting("three.txt"), 30, files=["three.txt"]),
    ]
    text = run(battery, stages, tmp_path)
    assert {name: item["status"] for name, item in outcomes(tmp_path).items()} == {
        "one": "passed",
        "two": "failed",
        "three": "passed",
    }
    assert outcomes(tmp_path)["two"]["exit_code"] == 3
    assert "measured x" in text
    assert "went wrong" in text
    assert (tmp_path / "summary.txt").read_text() == text + "\n"
    assert "went wrong" in (tmp_path / "battery.log").read_text()


def test_it_resumes_with_what_has_not_passed(battery: SimpleNamespace, tmp_path: Path) -> None:
    flag = tmp_path / "mended"
    stages = [
        battery.Stage("good", counting("good.txt"), 30, files=["good.txt"]),
        battery.Stage(
            "bad",
            counting("bad.txt", f"import os; sys.exit(not os.path.exists(r'{flag}'))"),
            30,
            files=["bad.txt"],
        ),
    ]
    run(battery, stages, tmp_path)
    flag.touch()
    run(battery, stages, tmp_path)
    assert (tmp_path / "good.txt").read_text() == "x"
    assert (tmp_path / "bad.txt").read_text() == "xx"
    assert outcomes(tmp_path)["bad"]["status"] == "passed"
    run(battery, stages, tmp_path, again=["good"])
    assert (tmp_path / "good.txt").read_text() == "xx"


def test_other_sources_are_measured_again(battery: SimpleNamespace, tmp_path: Path) -> None:
    stages = [battery.Stage("one", counting("one.txt"), 30, files=["one.txt"])]
    run(battery, stages, tmp_path)
    for fingerprint, gpu in (("changed", "a GPU"), ("changed", "another GPU")):
        state = battery.State.load(tmp_path, fingerprint, gpu)
        assert state.outcomes == {}
        battery.run_battery(stages, state, limit_s=60, tell=quiet)
    assert (tmp_path / "one.txt").read_text() == "xxx"


def test_sources_are_told_apart_and_results_are_none(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    source, result = (
        tmp_path / "bench" / "one.py",
        tmp_path / "bench" / "results" / "gpu" / "x.json",
    )
    result.parent.mkdir(parents=True)
    source.write_text("a")
    before = battery.fingerprint(tmp_path, ["bench"])
    result.write_text("{}")
    assert battery.fingerprint(tmp_path, ["bench"]) == before
    source.write_text("b")
    assert battery.fingerprint(tmp_path, ["bench"]) != before


def test_a_hanging_stage_ends_with_all_its_children(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open(r'{out}/child.txt', 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    stages = [
        battery.Stage("hangs", python(code), 2.0, files=["child.txt"]),
        battery.Stage("after", counting("after.txt"), 30, files=["after.txt"]),
    ]
    run(battery, stages, tmp_path)
    assert outcomes(tmp_path)["hangs"]["status"] == "timed out"
    assert outcomes(tmp_path)["hangs"]["exit_code"] is None
    assert outcomes(tmp_path)["after"]["status"] == "passed"
    assert is_gone(int((tmp_path / "child.txt").read_text()))


def test_half_a_file_of_an_ended_stage_is_not_left(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    code = "import time; open(r'{out}/.one.tar.gz.part', 'w').write('half'); time.sleep(600)"
    run(battery, [battery.Stage("ended", python(code), 2.0)], tmp_path)
    assert outcomes(tmp_path)["ended"]["status"] == "timed out"
    assert not list(tmp_path.glob(".*"))


def test_a_stage_that_ignores_the_polite_signal_is_killed(
    battery: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("battery.stage"), "GRACE_S", 0.2)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    run(battery, [battery.Stage("stubborn", python(code), 1.0)], tmp_path)
    assert outcomes(tmp_path)["stubborn"]["status"] == "timed out"


def test_exit_codes_of_skipx_have_their_own_status(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    stages = [
        battery.Stage(f"code{code}", python(f"import sys; sys.exit({code})"), 30)
        for code in (0, 4, 5, 70)
    ]
    run(battery, stages, tmp_path)
    assert [item["status"] for item in outcomes(tmp_path).values()] == [
        "passed",
        "missing",
        "refused",
        "failed",
    ]


def test_a_stage_waits_for_what_it_needs(battery: SimpleNamespace, tmp_path: Path) -> None:
    stages = [
        battery.Stage("build", python("import sys; sys.exit(1)"), 30),
        battery.Stage("measure", counting("m.txt"), 30, files=["m.txt"], needs=["build"]),
    ]
    text = run(battery, stages, tmp_path)
    assert outcomes(tmp_path)["measure"]["status"] == "blocked"
    assert "needs build" in text
    assert not (tmp_path / "m.txt").exists()


def test_no_stage_begins_without_time(battery: SimpleNamespace, tmp_path: Path) -> None:
    stages = [battery.Stage("late", counting("late.txt"), 30, files=["late.txt"])]
    run(battery, stages, tmp_path, limit_s=1)
    assert outcomes(tmp_path)["late"]["status"] == "no time left"
    assert not (tmp_path / "late.txt").exists()


def test_a_command_that_does_not_exist_fails_alone(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    stages = [
        battery.Stage("absent", ["/no/such/program"], 30),
        battery.Stage("next", python("pass"), 30),
    ]
    run(battery, stages, tmp_path)
    assert [item["status"] for item in outcomes(tmp_path).values()] == ["failed", "passed"]
    assert "cannot be started" in outcomes(tmp_path)["absent"]["tail"][-1]


def test_a_broken_state_file_is_set_aside(battery: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "battery.json").write_text('{"outcomes": {"one": ')
    run(battery, [battery.Stage("one", python("pass"), 30)], tmp_path)
    assert (tmp_path / "battery.json.broken").read_text().startswith('{"outcomes"')
    assert outcomes(tmp_path)["one"]["status"] == "passed"


def test_figures_that_cannot_be_read_cost_one_line(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    def figures(out: Path) -> list[str]:
        return [json.loads((out / "one.txt").read_text())["value"]]

    stages = [
        battery.Stage("one", counting("one.txt"), 30, files=["one.txt"], figures=figures),
        battery.Stage("two", python("pass"), 30),
    ]
    text = run(battery, stages, tmp_path)
    assert "its files cannot be read" in text
    assert "two           passed" in text


def test_more_files_than_can_be_brought_back_are_refused(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    stages = [battery.Stage("many", python("pass"), 30, files=[f"{i}" for i in range(6)])]
    with pytest.raises(ValueError, match="at most 8"):
        run(battery, stages, tmp_path)


def test_earlier_results_are_carried_over(battery: SimpleNamespace, tmp_path: Path) -> None:
    stages = [battery.Stage("one", counting("one.txt"), 30, files=["one.txt"])]
    earlier, out = tmp_path / "earlier", tmp_path / "out"
    earlier.mkdir()
    out.mkdir()
    run(battery, stages, earlier)
    battery.carry_over(earlier, out)
    run(battery, stages, out)
    assert (out / "one.txt").read_text() == "x"


def test_an_interrupt_ends_the_stage_and_keeps_the_state(tmp_path: Path) -> None:
    # Python takes no notice of interrupts where whoever started it ignores them.
    program = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {str(BENCH)!r})
from pathlib import Path
from battery.runner import run_battery
from battery.stage import Stage
from battery.state import State
out = Path({str(tmp_path)!r})
wait = "import time; open('{{out}}/began', 'w').close(); time.sleep(600)"
stages = [Stage("done", [sys.executable, "-c", "pass"], 30),
          Stage("cut", [sys.executable, "-c", wait], 300)]
run_battery(stages, State.load(out, "f", "g"), limit_s=300)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    while not (tmp_path / "began").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != 0
    assert outcomes(tmp_path)["done"]["status"] == "passed"
    assert "cut" not in outcomes(tmp_path)


def test_a_stage_that_always_runs_is_run_again(battery: SimpleNamespace, tmp_path: Path) -> None:
    stages = [
        battery.Stage("build", counting("b.txt"), 30, files=["b.txt"], always=True),
        battery.Stage("once", counting("o.txt"), 30, files=["o.txt"], needs=["build"]),
    ]
    run(battery, stages, tmp_path)
    run(battery, stages, tmp_path)
    assert [(tmp_path / name).read_text() for name in ("b.txt", "o.txt")] == ["xx", "x"]


def test_a_file_too_large_to_come_back_is_told(
    battery: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("battery.runner"), "MOST_BYTES", 3)
    code = "open(r'{out}/large.txt', 'w').write('1234')"
    text = run(battery, [battery.Stage("one", python(code), 30, files=["large.txt"])], tmp_path)
    assert "large.txt is too large to be brought back: 4 bytes" in text


def test_a_tool_that_is_not_there_skips_its_stage(battery: SimpleNamespace, tmp_path: Path) -> None:
    stages = [
        battery.Stage("checked", counting("c.txt"), 30, skip="the tool is not installed"),
        battery.Stage("next", python("pass"), 30),
    ]
    text = run(battery, stages, tmp_path)
    assert outcomes(tmp_path)["checked"]["status"] == "skipped"
    assert "the tool is not installed" in text
    assert not (tmp_path / "c.txt").exists()
    assert battery.Outcome(**outcomes(tmp_path)["checked"]).settled


def test_time_that_is_kept_for_a_later_stage_is_not_taken(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    stages = [
        battery.Stage("long", python("import time; time.sleep(60)"), 60),
        battery.Stage("kept", counting("kept.txt"), 30, files=["kept.txt"], reserve_s=24),
    ]
    run(battery, stages, tmp_path, limit_s=30)
    found = outcomes(tmp_path)
    assert (found["long"]["status"], found["kept"]["status"]) == ("timed out", "passed")
    # Once it has passed, its time is free.
    run(battery, [stages[1], battery.Stage("late", python("pass"), 30)], tmp_path, limit_s=10)
    assert outcomes(tmp_path)["late"]["status"] == "passed"


def test_no_time_is_kept_from_what_the_others_need(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    stages = [
        battery.Stage("build", counting("b.txt"), 30, files=["b.txt"]),
        battery.Stage("other", counting("o.txt"), 30, files=["o.txt"]),
        battery.Stage("kept", counting("k.txt"), 30, needs=["build"], reserve_s=40),
    ]
    run(battery, stages, tmp_path, limit_s=30)
    found = {name: item["status"] for name, item in outcomes(tmp_path).items()}
    assert found == {"build": "passed", "other": "no time left", "kept": "passed"}


def test_the_last_lines_of_a_stage_are_shown(battery: SimpleNamespace, tmp_path: Path) -> None:
    stages = [
        battery.Stage("tests", python("print('noise'); print('5 passed')"), 30, last_lines=1),
        battery.Stage("mute", python("print('unseen')"), 30),
    ]
    text = run(battery, stages, tmp_path)
    assert "    5 passed" in text
    assert "noise" not in text
    assert "unseen" not in text


def test_a_stage_runs_in_the_projects_folder(battery: SimpleNamespace, tmp_path: Path) -> None:
    code = "import os; open(r'{out}/cwd.txt', 'w').write(os.getcwd())"
    run(battery, [battery.Stage("one", python(code), 30, files=["cwd.txt"])], tmp_path)
    assert Path((tmp_path / "cwd.txt").read_text()) == BENCH.parent


def test_what_stand_ins_left_is_no_result_of_a_device(
    battery: SimpleNamespace, tmp_path: Path
) -> None:
    stages = [battery.Stage("one", counting("one.txt"), 30, files=["one.txt"])]
    for synthetic in (True, True, False):
        state = battery.State.load(tmp_path, "sources", "a GPU", synthetic=synthetic)
        battery.run_battery(stages, state, limit_s=60, tell=quiet)
    assert (tmp_path / "one.txt").read_text() == "xx"
