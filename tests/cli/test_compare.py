"""``skipx compare`` end to end: kinds, verdicts, conditions, exit codes, files."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipx.prefill.folder import RunFolder
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.sweep import Sweep, run_sweep
from tests.cli.conftest import Skipx
from tests.cli.kineto_file import KERNELS, PERIOD_US, events, write_trace
from tests.prefill.fakes import fake_outcome
from tests.report.rendering import controls, plain, widest

NASTY = "<img src=x onerror=alert(1)> [red]\x1b[31m\u202e"


@pytest.fixture
def after(tmp_path: Path) -> str:
    """Return a trace like ``trace`` whose kernels run 60 us instead of 20."""
    rows = [row | {"dur": 60} if row["cat"] == "kernel" else row for row in events()]
    return write_trace(tmp_path / "after.json", rows)


def ratios(skipx: Skipx, *arguments: object) -> dict[str, dict[str, Any]]:
    """Return the metrics of the one point that is compared."""
    (pair,) = skipx("compare", *arguments, "--json").json()["pairs"]
    (point,) = pair["points"]
    return {row["metric"]: row for row in point["metrics"]}


def make_run(
    folder: Path,
    measure: Callable[[Point], Outcome] = fake_outcome,
    **changes: Any,
) -> Path:
    """Return a run folder of the fake device."""
    values: dict[str, Any] = {"models": ["gpt2"], "batches": [1, 4, 16], **changes}
    sweep = Sweep(**values)
    with RunFolder.open(folder, sweep.to_dict(), ["skipx", "run"]) as opened:
        list(run_sweep(sweep.rows(), measure, opened, settings=lambda point: {}))
    return folder


def test_a_trace_against_itself_is_the_same(skipx: Skipx, trace: str) -> None:
    done = skipx("compare", trace, trace)
    assert (done.code, done.err) == (0, "")
    assert "is the SAME as" in done.out
    assert {row["verdict"] for row in ratios(skipx, trace, trace).values()} == {"SAME"}


def test_what_takes_longer_is_slower(skipx: Skipx, trace: str, after: str) -> None:
    rows = ratios(skipx, trace, after)
    # Three launches 100 us apart; the last kernel begins 15 us after its operator and runs 20
    # or 60 us: 235 against 275 us in each of four iterations.
    assert (PERIOD_US, len(KERNELS)) == (100, 3)
    assert (rows["il_ns"]["baseline"], rows["il_ns"]["other"]) == (235_000, 275_000)
    assert rows["il_ns"]["ratio"] == pytest.approx(275 / 235)
    assert rows["il_ns"]["verdict"] == "SLOWER"
    assert rows["akd_ns"]["ratio"] == pytest.approx(3)
    assert rows["kernels"]["verdict"] == "SAME"
    assert "after.json is SLOWER than sound.json: IL, traced 1.170x" in plain(
        skipx("compare", trace, after).out
    )
    assert "sound.json is FASTER than after.json" in plain(skipx("compare", after, trace).out)


def test_the_margin_decides_what_is_the_same(skipx: Skipx, trace: str, after: str) -> None:
    assert ratios(skipx, trace, after, "--margin", 25)["il_ns"]["verdict"] == "SAME"


@pytest.mark.parametrize(
    ("condition", "line"),
    [
        ("slower", "failed: slower: after.json against sound.json: il_ns 1.170x SLOWER: interval"),
        ("slower:akd", "failed: slower:akd: after.json against sound.json: akd_ns 3.000x SLOWER"),
        ("il>1.1", "failed: il>1.1: after.json against sound.json: il_ns 1.170x"),
    ],
)
def test_a_condition_that_holds_is_a_line_and_exit_code_1(
    skipx: Skipx, trace: str, after: str, condition: str, line: str
) -> None:
    done = skipx("compare", trace, after, "--fail-on", condition)
    assert done.code == 1
    assert done.err.startswith(f"skipx: {line}")
    assert done.err.count("\n") == 1
    assert "SLOWER" in done.out
    assert skipx("compare", trace, trace, "--fail-on", condition).code == 0
    assert skipx("compare", after, trace, "--fail-on", condition).code == 0


def test_one_line_for_each_condition_that_holds(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    once = write_trace(tmp_path / "once.json", events(("gemm", "new"), iterations=1))
    document = json.loads(Path(once).read_text()) | {"cuda_driver_version": 12040}
    Path(once).write_text(json.dumps(document))
    conditions = ("ambiguous", "kernels", "environment", "kernels>1")
    given = [part for name in conditions for part in ("--fail-on", name)]
    done = skipx("compare", trace, once, *given, "--json")
    assert done.code == 1
    told = {hit["condition"]: hit["what"] for hit in done.json()["failed"]}
    assert told["ambiguous"].endswith("no 95 % interval, which takes 4 against 4")
    assert told["kernels"] == "kernels: once.json against sound.json: 1 appeared, 2 vanished"
    assert told["environment"].endswith("CUDA driver: not told against 12.4")
    assert "kernels>1" not in told
    assert len(done.err.splitlines()) == len(done.json()["failed"])


@pytest.mark.parametrize("text", ["fast", "slower:", "il_ns<2", "slower:speed", "speed>1", ">1"])
def test_a_condition_that_is_none_is_told_before_any_work(
    skipx: Skipx, trace: str, text: str
) -> None:
    done = skipx("compare", trace, "missing.json", "--fail-on", text)
    assert done.code in (2, 3)
    done = skipx("compare", trace, trace, "--fail-on", text)
    assert (done.code, done.out) == (2, "")
    assert text in done.err or text.partition(">")[0] in done.err


def test_an_unknown_metric_is_answered_with_those_that_are(skipx: Skipx, trace: str) -> None:
    done = skipx("compare", trace, trace, "--fail-on", "slower:speed")
    assert "no metric 'speed'" in done.err
    assert "tklqt_ns" in done.err


def test_kinds_are_not_mixed(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    done = skipx("compare", trace, run, "gh200")
    assert (done.code, done.out) == (2, "")
    assert f"{trace} is a trace, {run} is a run, gh200 is a platform" in done.err


@pytest.mark.parametrize("alone", ["gh200", "trace", "run"])
def test_one_alone_has_nothing_to_be_compared_with(
    skipx: Skipx, trace: str, tmp_path: Path, alone: str
) -> None:
    subject = {"trace": trace, "run": str(make_run(tmp_path / "run"))}.get(alone, alone)
    done = skipx("compare", subject)
    assert done.code == 2
    assert "nothing to be compared with" in done.err


def test_what_is_not_there(skipx: Skipx, trace: str) -> None:
    done = skipx("compare", trace, "nowhere.json")
    assert done.code == 3
    assert "nowhere.json: there is no such file" in done.err
    done = skipx("compare", "gh200", "gh2000")
    assert done.code == 2
    assert "gh2000: is no trace, no run folder and no platform" in done.err


def test_a_damaged_trace_among_good_ones(
    skipx: Skipx, trace: str, after: str, tmp_path: Path
) -> None:
    broken = write_trace(tmp_path / "broken.json", truncate=True)
    done = skipx("compare", trace, broken, after, "--fail-on", "slower")
    assert done.code == 3
    assert "broken.json" in done.err.splitlines()[0]
    assert "failed: slower" in done.err
    assert "after.json is SLOWER" in plain(done.out)
    for subjects in ((broken, trace), (broken, trace, after), (trace, broken)):
        done = skipx("compare", *subjects)
        assert (done.code, done.out) == (3, "")
        assert done.err.count("\n") == 1


def test_names_are_as_long_as_tells_them_apart(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (shutil.copy(trace, tmp_path / name / "same.json") for name in "ab")
    found = skipx("compare", one, other, "--json").json()
    assert [subject["label"] for subject in found["subjects"]] == ["a/same.json", "b/same.json"]
    found = skipx("compare", one, one, "--json").json()
    assert [subject["label"] for subject in found["subjects"]][1].endswith("same.json (2)")


def test_a_trace_from_a_pipe_is_called_stdin(
    skipx: Skipx, trace: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.TextIOWrapper(io.BytesIO(Path(after).read_bytes()))
    monkeypatch.setattr("sys.stdin", piped)
    assert "stdin is SLOWER than sound.json" in plain(skipx("compare", trace, "-").out)


def test_collapsed_templates_are_one_kernel(skipx: Skipx, tmp_path: Path) -> None:
    one = write_trace(tmp_path / "one.json", events(("void k<1>(int)",)))
    other = write_trace(tmp_path / "other.json", events(("void k<2>(int)",)))
    assert skipx("compare", one, other, "--fail-on", "kernels").code == 1
    assert skipx("compare", one, other, "--fail-on", "kernels", "--collapse-templates").code == 0


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("verbose", [(), ("-v",)])
def test_pages_fit_and_hostile_kernels_stay_text(
    skipx: Skipx,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    verbose: tuple[str, ...],
) -> None:
    one = write_trace(tmp_path / "one.json", events(("gemm", "old" * 90)))
    other = write_trace(tmp_path / "other.json", events(("gemm", NASTY)))
    monkeypatch.setenv("COLUMNS", str(width))
    done = skipx("compare", one, other, *verbose)
    assert done.code == 0
    assert controls(done.out) == set()
    assert widest(done.out) <= width
    assert "[red]" in done.out
    page = tmp_path / "page.html"
    assert skipx("compare", one, other, "-o", page).code == 0
    assert "<img" not in page.read_text()
    assert "&lt;img src=x onerror=alert(1)&gt;" in page.read_text()


def test_two_runs_that_differ_in_mode_match_point_by_point(skipx: Skipx, tmp_path: Path) -> None:
    def measure(point: Point) -> Outcome:
        ns = 100_000 if point.mode == "eager" else 50_000
        return fake_outcome(point, control_ns=np.full(5, ns))

    eager = make_run(tmp_path / "eager", measure)
    graph = make_run(tmp_path / "graph", measure, modes=["graph"], batches=[1, 4])
    document = skipx("compare", eager, graph, "--json").json()
    (pair,) = document["pairs"]
    assert [point["conditions"]["batch"] for point in pair["points"]] == [1, 4]
    ttft = [row for p in pair["points"] for row in p["metrics"] if row["metric"] == "ttft_ns"]
    assert [(row["ratio"], row["verdict"]) for row in ttft] == [(0.5, "FASTER")] * 2
    differs = {row["field"]: (row["baseline"], row["other"]) for row in pair["environment"]}
    assert differs["mode"] == ("eager", "graph")
    assert [row["conditions"]["batch"] for row in pair["unmatched"]] == [16]
    shown = plain(skipx("compare", eager, graph).out)
    assert "graph is FASTER than eager at every batch size (gpt2): 0.500x the time" in shown
    assert "Not compared" in shown


def test_one_run_of_several_platforms_is_compared_with_its_first(
    skipx: Skipx, tmp_path: Path
) -> None:
    run = make_run(tmp_path / "run", platforms=["quick", "slow"])
    done = skipx("compare", run, "--fail-on", "slower")
    assert done.code == 1
    assert "slow is SLOWER than quick at" in plain(done.out)
    assert "EMULATED" in done.out
    assert "2 platforms · of" in done.out
    assert all(
        line.startswith("skipx: failed: slower: slow against quick")
        for line in done.err.splitlines()
    )


def test_a_run_against_an_emulated_one_is_called_neither(skipx: Skipx, tmp_path: Path) -> None:
    measured = make_run(tmp_path / "measured")
    emulated = make_run(tmp_path / "emulated", platforms=["slow"])
    document = skipx("compare", measured, emulated, "--json").json()
    latencies = [p["metrics"][0] for p in document["pairs"][0]["points"]]
    assert {row["verdict"] for row in latencies} == {"AMBIGUOUS"}
    assert all("emulated" in row["reason"] for row in latencies)
    assert document["emulated"]


@pytest.mark.parametrize(
    ("subjects", "options", "problem"),
    [
        ("traces", ["--batch", "1"], "go with platforms"),
        ("platforms", ["--step", "1"], "goes with traces"),
        ("platforms", ["--collapse-templates"], "goes with traces"),
        ("platforms", ["--platform", "gh200"], "goes with traces and runs"),
        ("platforms", ["--batch", "0"], "no batch sizes"),
        ("platforms", ["--fail-on", "slower:ttft_ns"], "no metric 'ttft_ns' to compare"),
        ("platforms", ["--model", "nothing"], "nothing"),
        ("traces", ["-o", "page.pdf"], "unknown kind of file"),
        ("traces", ["-o", "page.html", "--json"], "--json contradicts"),
        ("traces", ["--table", "ratios"], "--table chooses"),
        ("traces", ["-o", "ratios.csv", "--table", "points"], "no table named 'points'"),
    ],
)
def test_what_goes_with_another_kind_is_refused(
    skipx: Skipx,
    trace: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    subjects: str,
    options: list[str],
    problem: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = (trace, trace) if subjects == "traces" else ("intel-h100", "gh200")
    done = skipx("compare", *given, *options)
    assert (done.code, done.out) == (2, "")
    assert problem in done.err
    assert done.err.count("\n") == 1


def test_files_hold_what_their_suffix_and_table_say(
    skipx: Skipx, trace: str, after: str, tmp_path: Path
) -> None:
    for name, *options in (
        ("all.json",),
        ("ratios.csv",),
        ("kernels.csv", "--table", "kernels"),
        ("ratios.parquet",),
        ("page.html",),
    ):
        done = skipx("compare", trace, after, "-o", tmp_path / name, *options)
        assert (done.code, done.out) == (0, "")
        assert done.err == f"skipx: wrote {tmp_path / name}\n"
        assert skipx("compare", trace, after, "-o", tmp_path / name, *options).code == 2
    document = json.loads((tmp_path / "all.json").read_text())
    assert document["skipx"]["schema"] == "skipx.compare/1"
    with (tmp_path / "ratios.csv").open() as file:
        rows = {row["metric"]: row for row in csv.DictReader(file)}
    assert rows["il_ns"]["verdict"] == "SLOWER"
    assert rows["il_ns"]["other_label"] == "after.json"
    with (tmp_path / "kernels.csv").open() as file:
        kernels = list(csv.DictReader(file))
    assert {row["change"] for row in kernels} == {"same"}
    assert len(kernels) == len(KERNELS)
    text = (tmp_path / "page.html").read_text()
    assert text.startswith("<!doctype html>")
    assert "after.json is SLOWER than sound.json" in text


def test_the_page_of_the_command_names_the_keys(skipx: Skipx, trace: str, after: str) -> None:
    document = skipx("compare", trace, after, "--fail-on", "slower", "--json").json()
    (pair,) = document["pairs"]
    (point,) = pair["points"]
    wanted = {
        *(*document, *document["subjects"][0], *document["failed"][0], *pair, *point),
        *(*point["metrics"][0], *point["kernels"][0]),
        *(row["metric"] for row in point["metrics"]),
    }
    text = (Path(__file__).resolve().parents[2] / "docs/commands/compare.md").read_text()
    assert [key for key in sorted(wanted) if f"`{key}`" not in text] == []
