from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from skipx.prefill.folder import RunFolder
from skipx.prefill.sweep import Sweep, run_sweep
from tests.cli.conftest import Skipx
from tests.cli.kineto_file import events, orphan, write_trace
from tests.prefill.fakes import fake_outcome


def test_a_report_is_one_file_and_stdout_stays_empty(
    skipx: Skipx, trace: str, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    done = skipx("report", trace, "-o", file)
    assert (done.code, done.out) == (0, "")
    assert done.err == f"skipx: wrote {file}\n"
    text = file.read_text()
    assert text.startswith("<!doctype html>")
    assert "Launches set the latency" in text


def test_the_document_is_json_on_stdout_and_in_a_file(
    skipx: Skipx, trace: str, tmp_path: Path
) -> None:
    shown = skipx("report", trace, "--json").json()
    skipx("report", trace, "-o", tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    assert shown["summary"] == written["summary"]
    assert shown["summary"]["label"] == "CPU-bound"
    assert shown["skipx"]["schema"] == "skipx.report/1"
    assert shown["skipx"]["command"] == ["skipx", "report", trace, "--json"]


def test_the_verdict_of_the_page_can_be_told_beside_it(
    skipx: Skipx, trace: str, run: Path, tmp_path: Path
) -> None:
    for source in (trace, str(run)):
        page = tmp_path / "page.json"
        done = skipx("report", source, "-o", page, "--force", "-v")
        document = json.loads(page.read_text())
        told = document["summary"]
        assert document["marker"] in done.err
        for line in (told["headline"], told["reason"], *told["advice"]):
            assert line in done.err
        assert done.out == ""
        quiet = skipx("report", source, "-o", page, "--force")
        assert told["headline"] not in quiet.err


def test_the_page_of_the_command_names_every_key(skipx: Skipx, trace: str) -> None:
    shown = skipx("report", trace, "--json").json()
    kinds = {block["kind"] for section in shown["sections"] for block in section["blocks"]}
    run_kinds = {"bars"}
    wanted = {*shown, *shown["summary"], *shown["sections"][0], *kinds, *run_kinds}
    text = (Path(__file__).resolve().parents[2] / "docs/commands/report.md").read_text()
    assert [key for key in sorted(wanted) if f"`{key}`" not in text] == []


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return an unfinished run folder of the fake device."""
    sweep = Sweep(["gpt2"], [1, 4, 16], platforms=["quick", "slow"])
    with RunFolder.open(tmp_path / "run", sweep.to_dict(), ["skipx", "run"]) as folder:
        list(run_sweep(sweep.rows()[:1], fake_outcome, folder, settings=lambda point: {}))
    return tmp_path / "run"


def test_a_run_folder_has_a_report(skipx: Skipx, run: Path, tmp_path: Path) -> None:
    shown = skipx("report", run, "--json").json()
    assert shown["title"] == "run"
    assert shown["marker"] == "EMULATED"
    assert shown["summary"]["headline"] == "Launches set the latency up to batch 4."
    assert shown["summary"]["advice"][0] == "The run is not finished: 3 points of it are not here."
    done = skipx("report", run, "-o", tmp_path / "run.html")
    assert (done.code, done.out) == (0, "")
    assert "Launches set the latency up to batch 4." in (tmp_path / "run.html").read_text()


def test_a_sweep_leaves_its_report_and_it_can_be_made_again(
    skipx: Skipx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = skipx("prefill", "gpt2", "--platform", "gh200", "--batch", "1,64", "-o", "run")
    assert done.code == 0
    assert "its report to run/report.html" in done.err
    headline = skipx("report", "run", "--json").json()["summary"]["headline"]
    left = Path("run/report.html").read_text()
    assert headline in left
    assert "EMULATED" in left


def timelines(document: Any) -> list[str]:
    return [
        block["title"]
        for section in document["sections"]
        for block in section["blocks"]
        if block["kind"] == "timeline"
    ]


def test_other_points_of_a_run_can_be_shown_in_time(skipx: Skipx, run: Path) -> None:
    assert timelines(skipx("report", run, "--json").json()) == [
        "gpt2, quick, batch 1: ProfilerStep#1"
    ]
    (folder,) = (run / "traces").glob("*-b0016")
    for point in (folder.name, folder):
        shown = skipx("report", run, "--json", "--point", point).json()
        assert timelines(shown) == ["gpt2, quick, batch 16: ProfilerStep#1"]


def test_a_point_that_is_not_there_is_refused(skipx: Skipx, run: Path, trace: str) -> None:
    done = skipx("report", run, "--json", "--point", "none")
    assert done.code == 2
    assert "the run has no trace of the point 'none'" in done.err
    done = skipx("report", trace, "--json", "--point", "none")
    assert done.code == 2
    assert "--point goes with a run, not with a trace" in done.err


def test_what_only_a_trace_has_is_refused_of_a_run(skipx: Skipx, run: Path) -> None:
    done = skipx("report", run, "--json", "--step", 1, "--iteration", 2)
    assert done.code == 2
    assert "--iteration, --step goes with a trace, not with a run" in done.err


def test_figures_go_into_a_folder_of_their_own(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    done = skipx("report", trace, "--figures", folder)
    assert (done.code, done.out) == (0, "")
    count = len(list(folder.iterdir()))
    assert done.err == f"skipx: wrote {count} files to {folder}\n"
    assert {path.suffix for path in folder.iterdir()} == {".svg", ".pdf", ".png", ".csv"}
    again = skipx("report", trace, "--figures", folder)
    assert again.code == 2
    assert "is not empty" in again.err


def test_predictions_are_part_of_it_or_the_reason_why_not(
    skipx: Skipx, trace: str, tmp_path: Path
) -> None:
    ids = [section["id"] for section in skipx("report", trace, "--json").json()["sections"]]
    assert "what-if" in ids
    document = skipx("report", trace, "--json").json()
    blocks = {b["id"]: b for s in document["sections"] for b in s["blocks"] if "id" in b}
    candidates = blocks["candidates"]
    column = [one["title"] for one in candidates["columns"]].index("predicted")
    known = [row[column]["value"] for row in candidates["rows"]]
    assert known == sorted(known, reverse=True)
    assert known[0] > 1
    # The chains' what-ifs are told there, and nowhere else.
    assert not any("chain" in row[0]["text"] for row in blocks["predictions"]["rows"])
    one_in_each_step = [orphan() | {"ts": 1_020 + 300 * step} for step in range(4)]
    orphans = write_trace(tmp_path / "orphans.json", [*events(), *one_in_each_step])
    shown = skipx("report", orphans, "--json").json()
    (section,) = [s for s in shown["sections"] if s["id"] == "what-if"]
    assert section["blocks"] == []
    assert section["intro"].startswith("Not predicted: ")
    assert "have no launch" in section["intro"]


def test_perfetto_s_file_may_be_compressed(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain.json", tmp_path / "packed.json.gz"
    assert skipx("report", trace, "--perfetto", plain).code == 0
    assert skipx("report", trace, "--perfetto", packed).code == 0
    one, other = json.loads(plain.read_text()), json.loads(gzip.decompress(packed.read_bytes()))
    assert one["traceEvents"] == other["traceEvents"]


def test_both_files_in_one_run(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    page, tracks = tmp_path / "a.html", tmp_path / "a.json"
    done = skipx("report", trace, "-o", page, "--perfetto", tracks)
    assert done.code == 0
    assert page.exists()
    assert tracks.exists()


def test_synthetic_traces_are_marked(skipx: Skipx, tmp_path: Path) -> None:
    made = write_trace(tmp_path / "made.json", synthetic=True)
    assert skipx("report", made, "--json").json()["marker"] == "SYNTHETIC"


def test_the_floor_may_come_from_a_preset(skipx: Skipx, trace: str) -> None:
    text = json.dumps(skipx("report", trace, "--json", "--platform", "h100-taxbreak").json())
    assert "preset:h100-taxbreak" in text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "nothing to write"),
        (["-o", "report.pdf"], "unknown kind of file '.pdf'"),
        (["--perfetto", "tracks.html"], "unknown kind of file '.html'"),
        (["--json", "-o", "report.html"], "--json contradicts"),
        (["-o", "same.json", "--perfetto", "same.json"], "is given for two outputs"),
        (["--json", "--iteration", "99"], "there is no iteration 99"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    skipx: Skipx,
    trace: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    problem: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = skipx("report", trace, *arguments)
    assert done.code == 2
    assert problem in done.err
    assert done.err.count("\n") == 1


def test_nothing_is_overwritten_without_force(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("mine")
    assert skipx("report", trace, "-o", file).code == 2
    assert file.read_text() == "mine"
    assert skipx("report", trace, "-o", file, "--force").code == 0
    assert file.read_text() != "mine"


def test_the_input_is_never_overwritten(skipx: Skipx, trace: str) -> None:
    before = Path(trace).read_text()
    assert skipx("report", trace, "--perfetto", trace, "--force").code == 2
    assert Path(trace).read_text() == before


def test_a_file_that_is_no_trace_is_bad_input(skipx: Skipx, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert skipx("report", broken, "--json").code == 3
