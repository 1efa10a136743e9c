"""``skipx prefill`` and ``skipx run`` end to end, on the fake device in the emulator's place."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import skipx as package
from skipx.emulate import Emulated, reproduction
from skipx.emulate.reproduction import Reproduced
from skipx.emulate.targets import Kind, Target
from skipx.errors import MeasurementRefusedError
from skipx.platforms.machine import Gpu
from skipx.prefill import backend
from skipx.prefill.point import Point
from tests.cli.conftest import Outcome, Skipx
from tests.prefill.fakes import PLATFORM, fake_outcome

jsonschema = pytest.importorskip("jsonschema")

TARGETS = [
    Reproduced(Target(Kind.INFLECTION, "gpt2", "gh200", 32, "Fig. 6"), 32),
    Reproduced(Target(Kind.CROSSOVER, "gpt2", "gh200", 4, "Fig. 11", other="amd-a100"), 16),
]
SCHEMAS = Path(backend.__file__).parent / "schemas"
FEW = ("prefill", "gpt2", "--batch", "1,8,32", "--platform", "gh200")


class FakeEmulator:
    """Plays points on the fake device; the n-th play raises what ``failures`` has for it."""

    def __init__(self) -> None:
        self.played: list[Point] = []
        self.failures: dict[int, BaseException] = {}

    def __call__(self, model: str, platform: Any, **conditions: Any) -> Emulated:
        point = Point(
            model,
            conditions["batch"],
            conditions["sequence"],
            conditions["mode"],
            conditions["attention"],
            phase=conditions["phase"],
            platform=platform.name,
        )
        if conditions["iterations"] > 1:
            self.played.append(point)
            if failure := self.failures.pop(len(self.played), None):
                raise failure
        outcome = fake_outcome(point)
        assert outcome.trace is not None
        return Emulated(outcome.trace, outcome.traced_ns, PLATFORM, {"emulated": True})


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEmulator:
    """Return the fake in the emulator's place; the current folder is a new one."""
    fake = FakeEmulator()
    monkeypatch.setattr(backend, "emulate", fake)
    monkeypatch.setattr(backend, "load_stream", lambda *names, **more: None)
    monkeypatch.setattr(reproduction, "reproduce", lambda: TARGETS)
    monkeypatch.chdir(tmp_path)
    return fake


Run = Callable[..., Outcome]


def rows_of(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(file).read_text().splitlines()))


@pytest.fixture
def prefill(skipx: Skipx, emulator: FakeEmulator) -> Run:
    """Return a function that runs the few points with further options."""
    return lambda *more: skipx(*FEW, *more)


def test_the_page_the_tables_and_the_json_agree(prefill: Run) -> None:
    shown = prefill("-o", "run")
    assert shown.code == 0, shown.err
    assert "EMULATED" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 80
    assert "wrote the run to run" in shown.err
    document = json.loads(Path("run/tables/analysis.json").read_text())
    (series,) = document["series"]
    rows = rows_of("run/tables/points.csv")
    assert [int(row["batch"]) for row in rows] == series["batches"] == [1, 8, 32]
    for row, point in zip(rows, series["points"], strict=True):
        assert int(row["tklqt_ns"]) == point["metrics"]["tklqt_ns"]
        assert row["emulated"] == "True"
        assert row["skipx_schema"] == "skipx.prefill/1"
    assert {path.stem for path in Path("run/tables").iterdir()} == {
        *("points", "series", "pairs", "chains", "top_kernels", "analysis"),
    }


def test_json_on_stdout_is_the_file(prefill: Run) -> None:
    shown = prefill("-o", "run", "--json")
    assert shown.json() == json.loads(Path("run/tables/analysis.json").read_text())
    assert shown.json()["skipx"]["schema"] == "skipx.prefill/1"
    assert shown.json()["skipx"]["command"][:3] == ["skipx", "prefill", "gpt2"]


def test_the_files_follow_their_schemas(prefill: Run) -> None:
    assert prefill("-o", "run").code == 0
    points = sorted(Path("run/points").iterdir())
    assert len(points) == 3
    for name, files in (("run", [Path("run/run.json")]), ("point", points)):
        schema = json.loads((SCHEMAS / f"{name}.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        for file in files:
            jsonschema.validate(json.loads(file.read_text()), schema)


def test_stored_traces_can_be_analyzed(prefill: Run, skipx: Skipx) -> None:
    assert prefill("-o", "run").code == 0
    traces = sorted(str(path) for path in Path("run/traces").iterdir())
    found = skipx("analyze", *traces, "--json").json()
    assert {one["kernels_per_iteration"] for one in found} == {12.0}
    assert all(one["file"].startswith("traces/gh200-gpt2-eager-") for one in found)


def test_every_run_has_a_folder_of_its_own(prefill: Run) -> None:
    shown = prefill()
    (folder,) = Path.cwd().glob("skipx-prefill-*")
    assert (folder / "run.json").is_file()
    assert folder.name in shown.err


def test_an_interrupt_keeps_what_is_finished_and_says_how_to_go_on(
    prefill: Run, emulator: FakeEmulator
) -> None:
    emulator.failures = {3: KeyboardInterrupt()}
    stopped = prefill("-o", "run")
    assert (stopped.code, stopped.out) == (130, "")
    assert "2 of 3 points are in run" in stopped.err
    assert "--resume" in stopped.err
    emulator.played.clear()
    resumed = prefill("-o", "run", "--resume")
    assert resumed.code == 0, resumed.err
    assert [point.batch for point in emulator.played] == [32]
    assert "2 points taken from the folder" in resumed.err
    assert resumed.out == prefill("-o", "whole").out.replace(" whole", " run  ")


def test_a_run_is_not_overwritten(prefill: Run, emulator: FakeEmulator) -> None:
    assert prefill("-o", "run").code == 0
    emulator.played.clear()
    refused = prefill("-o", "run")
    assert refused.code == 2
    assert "--resume goes on with it, --force begins again" in refused.err
    assert emulator.played == []
    assert prefill("-o", "run", "--force").code == 0
    assert len(emulator.played) == 3


def test_another_command_does_not_resume(prefill: Run, skipx: Skipx) -> None:
    assert prefill("-o", "run").code == 0
    other = skipx("prefill", "gpt2", "--batch", "1", "--platform", "gh200", "-o", "run", "--resume")
    assert other.code == 2
    assert "batch was 1,8,32 and is 1" in other.err


def test_a_refused_point_is_shown_and_exit_code_5(prefill: Run, emulator: FakeEmulator) -> None:
    emulator.failures = {2: MeasurementRefusedError("7 kernels were lost")}
    shown = prefill("-o", "run")
    assert shown.code == 5
    assert "7 kernels were lost" in shown.out
    assert json.loads(Path("run/tables/analysis.json").read_text())["series"][0]["points"][2]


def test_a_damaged_folder_is_one_line(prefill: Run) -> None:
    assert prefill("-o", "run").code == 0
    Path("run/run.json").write_text("{")
    damaged = prefill("-o", "run", "--resume")
    assert damaged.code == 3
    assert len(damaged.err.splitlines()) == 1


def test_a_damaged_point_is_made_again_and_told(prefill: Run, emulator: FakeEmulator) -> None:
    assert prefill("-o", "run").code == 0
    point = emulator.played[1]
    Path(f"run/points/{point.key}.json").write_text("{")
    emulator.played.clear()
    again = prefill("-o", "run", "--resume")
    assert again.code == 0
    assert emulator.played == [point]
    assert "1 point made again: " in again.err


def test_a_hostile_name_stays_in_the_folder(skipx: Skipx, emulator: FakeEmulator) -> None:
    name = "../../../\x1b[31mevil"
    shown = skipx("prefill", name, "--batch", "1", "--platform", "gh200", "-o", "run")
    assert shown.code == 0, shown.err
    assert "\x1b" not in shown.out
    assert {path.name for path in Path.cwd().iterdir()} == {"run"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--batch", "0"), "no batch sizes in '0'"),
        (("--batch", "1,two"), "no batch sizes in '1,two'"),
        (("--batch", "8,1"), "batch sizes ascend: 8, 1"),
        (("--batch", "1,1"), "batches names one twice"),
        (("--sequence", "-1"), "no sequence lengths in '-1'"),
        (("--mode", "jit"), "no mode named 'jit'"),
        (("--mode", "compile"), "the mode 'compile' cannot be emulated"),
        (("--dtype", "float32"), "float32 cannot be emulated"),
        (("--device", "cpu"), "--device cpu measures and --platform emulates"),
        (("--platform", "nowhere"), "no platform named 'nowhere'"),
        (("--resume",), "--resume goes on with a run (name its folder with --output)"),
        (("-o", "no/such/run"), "cannot be written: no such file or directory"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(
    prefill: Run, arguments: tuple[str, ...], complaint: str
) -> None:
    done = prefill(*arguments)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert complaint in line
    assert list(Path.cwd().iterdir()) == []


def test_an_unknown_device_is_one_line(skipx: Skipx) -> None:
    done = skipx("prefill", "gpt2", "--device", "tpu")
    assert done.code == 2
    assert "no device 'tpu'" in done.err


@pytest.fixture
def without_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipx.platforms.machine.installed_gpus", list)


def test_without_a_gpu_the_papers_platforms_are_emulated(
    skipx: Skipx, emulator: FakeEmulator, without_gpu: None
) -> None:
    shown = skipx("prefill", "gpt2", "--batch", "1")
    assert shown.code == 0, shown.err
    assert {point.platform for point in emulator.played} == {"intel-h100", "amd-a100", "gh200"}
    assert "no GPU here: emulating intel-h100, amd-a100, gh200; nothing is measured" in shown.err


def test_run_does_the_whole_job(skipx: Skipx, emulator: FakeEmulator, without_gpu: None) -> None:
    shown = skipx("run", "-o", "run")
    assert shown.code == 0, shown.err
    assert len(emulator.played) == 4 * 3 * 8
    for text in ("EMULATED", "Figure 6", "Figure 10", "Figure 11", "Crossover", "bert-base"):
        assert text in shown.out
    for number, models in ((6, 4), (10, 2), (11, 2)):
        rows = rows_of(f"run/tables/figure{number}.csv")
        assert len(rows) == models * 3 * 8
    assert "1 of 2 predicted are reached" in shown.out
    assert [row["reproduced"] for row in rows_of("run/tables/targets.csv")] == ["True", "False"]
    document = json.loads(Path("run/tables/analysis.json").read_text())
    assert [target["emulated"] for target in document["targets"]] == ["32", "16"]
    assert json.loads(Path("run/run.json").read_text())["request"]["emulated"] is True


def test_run_resumes(skipx: Skipx, emulator: FakeEmulator, without_gpu: None) -> None:
    emulator.failures = {50: KeyboardInterrupt()}
    assert skipx("run", "-o", "run").code == 130
    emulator.played.clear()
    assert skipx("run", "-o", "run", "--resume").code == 0
    assert len(emulator.played) == 96 - 49


def test_the_document_of_a_run_is_that_of_its_analysis(
    skipx: Skipx, emulator: FakeEmulator, without_gpu: None
) -> None:
    document = skipx("run", "--json").json()
    assert document["skipx"]["schema"] == "skipx.run/1"
    assert document["skipx"]["version"] == package.__version__
    assert len(document["series"]) == 12
    assert len(document["pairs"]) == 12


def test_the_page_names_every_key(prefill: Run) -> None:
    page = (Path(package.__file__).parents[1] / "docs" / "commands" / "prefill.md").read_text()
    document = prefill("--json").json()
    (series,) = document["series"]
    keys = set(document) | set(series) | set(series["points"][0])
    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_without_torch_nothing_is_begun(
    skipx: Skipx, emulator: FakeEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "version_of", lambda name: None)
    monkeypatch.setattr("skipx.platforms.machine.installed_gpus", lambda: [Gpu("NVIDIA H200")])
    for command in (("run",), ("prefill", "gpt2"), ("prefill", "gpt2", "--device", "cpu")):
        done = skipx(*command)
        assert done.code == 4
        assert 'pip install "skipx[torch]"' in done.err
    assert list(Path.cwd().iterdir()) == []
