"""``skipx run`` on a machine with a GPU, whose measurements the tests play."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import MissingDependencyError
from skipx.measure.result import LaunchResult
from skipx.platforms import load
from skipx.platforms.machine import Gpu
from skipx.prefill import backend, runner
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from tests.cli.conftest import Skipx
from tests.measure.samples import launch_result
from tests.platforms.builders import full_platform
from tests.prefill.fakes import FLOOR_NS, fake_outcome


class Machine:
    """Counts what is measured on it; ``ends`` raises at that point."""

    def __init__(self) -> None:
        self.launches = 0
        self.points: list[Point] = []
        self.interrupted_at: Point | None = None
        self.launch = dataclasses.replace(launch_result(), platform=full_platform())

    def measure_launch(self, **options: Any) -> LaunchResult:
        assert options["quick"]
        self.launches += 1
        options["tell"]("untraced", 1, 2)
        return self.launch

    def measure(self, point: Point, settings: runner.Settings) -> Outcome:
        assert settings.device == "cuda"
        if point == self.interrupted_at:
            raise KeyboardInterrupt
        self.points.append(point)
        if (point.model, point.batch) == ("Llama-3.2-1B", 64):
            return Outcome(point, problem="out of memory: 80 GiB", out_of_memory=True)
        return fake_outcome(point)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    """Return the machine with a GPU that this one seems to be, in a new current folder."""
    made = Machine()
    monkeypatch.setattr("skipx.platforms.machine.installed_gpus", lambda: [Gpu("NVIDIA H200")])
    monkeypatch.setattr(backend, "installed_gpus", lambda: [Gpu("NVIDIA H200")])
    monkeypatch.setattr(backend, "version_of", lambda name: "1.0")
    monkeypatch.setattr("skipx.measure.launch.measure_launch", made.measure_launch)
    monkeypatch.setattr(runner, "measure", made.measure)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return made


def test_the_platform_is_measured_first_and_tells_the_floor(skipx: Skipx, machine: Machine) -> None:
    done = skipx("run", "-o", "run")
    assert done.code == 0, done.err
    assert machine.launches == 1
    assert len(machine.points) == 4 * 8 - 1, "after memory ended, batch 128 is not tried"
    assert load("run/platform.json") == full_platform()
    series = json.loads(Path("run/tables/analysis.json").read_text())["series"]
    floors = {p["floor"]["source"] for s in series for p in s["points"] if p["floor"]}
    assert floors == {"platform:h200-lab"}
    assert "EMULATED" not in done.out
    assert "emulating" not in done.err
    assert "not tried: out of memory at batch 64" in " ".join(done.out.split())
    assert json.loads(Path("run/run.json").read_text())["request"]["platform"] == []


def test_its_report_has_the_launch_paths_and_predicts_from_the_platform(
    skipx: Skipx, machine: Machine
) -> None:
    assert skipx("run", "-o", "run").code == 0
    shown = skipx("report", "run", "--json").json()
    assert shown["marker"] == ""
    tables = {
        block["id"]: [[cell["text"] for cell in row] for row in block["rows"]]
        for section in shown["sections"]
        for block in section["blocks"]
        if block["kind"] == "table"
    }
    assert len(tables["launch-paths"]) == len(full_platform().launch_paths)
    assert {row[1] for row in tables["launch-figures"]} == {"measured", "published"}
    # Untraced times are held against what the platform states of the profiler's cost.
    assert not any("does not state the profiler's cost" in row[1] for row in tables["doubts"])
    assert len(tables["predictions"]) >= 4


def test_a_resumed_run_measures_launches_no_second_time(skipx: Skipx, machine: Machine) -> None:
    machine.interrupted_at = Point("gpt2", 8, 512)
    assert skipx("run", "-o", "run").code == 130
    done_before = len(machine.points)
    machine.interrupted_at = None
    assert skipx("run", "-o", "run", "--resume").code == 0
    assert machine.launches == 1
    assert len(set(machine.points)) == len(machine.points) == 31
    assert done_before == 2 * 8 + 3


def test_without_a_floor_it_says_so_and_goes_on(skipx: Skipx, machine: Machine) -> None:
    machine.launch = dataclasses.replace(machine.launch, platform=None)
    done = skipx("run", "-o", "run")
    assert done.code == 0
    assert "no launch floor was measured" in done.err
    series = json.loads(Path("run/tables/analysis.json").read_text())["series"]
    floors = [p["floor"] for s in series for p in s["points"] if p["floor"]]
    first = f"trace:{machine.points[0].key}"
    assert [floor["source"] for floor in floors] == ["trace", *[first] * (len(floors) - 1)]
    assert {floor["default_ns"] for floor in floors} == {FLOOR_NS}
    assert {s["inflection"]["batch"] for s in series} == {8}


def test_emulation_can_be_asked_for(skipx: Skipx, machine: Machine) -> None:
    def play(*arguments: Any, **conditions: Any) -> None:
        raise MissingDependencyError("the emulator was asked")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend, "emulate", play)
        done = skipx("run", "--emulate", "-o", "run")
    assert done.code == 4
    assert "the emulator was asked" in done.err
    assert (machine.launches, machine.points) == (0, [])
