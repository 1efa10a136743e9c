"""``skipx platforms fit`` on run folders that hold emulated runs, passed off as recorded."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from skipx.emulate import emulate
from skipx.platforms import load, preset
from skipx.prefill.folder import RunFolder
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.records import Source
from tests.cli.conftest import Skipx

MODEL = "bert-base-uncased"


def run_folder(path: Path, *, kind: str = "cupti", batches: tuple[int, ...] = (1, 2)) -> Path:
    """Return a run folder of a model on an H100, emulated with the preset's figures."""
    with RunFolder.open(path, {"command": "test"}, ["skipx", "test"]) as folder:
        for batch in batches:
            run = emulate(
                MODEL,
                "intel-h100",
                batch=batch,
                sequence=128,
                iterations=4,
                transformers="4.44",
            )
            source = Source(kind, synthetic=kind == "emulated")
            trace = dataclasses.replace(run.trace, source=source)
            facts = {"transformers": "4.44.2", "effective_attention": "eager"}
            folder.keep(Outcome(Point(MODEL, batch, 128), trace, facts=facts), {})
        folder.keep(Outcome(Point(MODEL, 64, 128), problem="out of memory"), {})
    return path


def test_the_figures_come_back_into_a_platform_file(skipx: Skipx, tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run")
    file = tmp_path / "lab.json"
    done = skipx("platforms", "fit", run, "--platform", "intel-h100", "--name", "lab", "-o", file)
    assert done.code == 0, done.err
    fitted, known = load(file), preset("intel-h100")
    assert fitted.name == "lab"
    assert fitted.emulation is not None
    assert known.emulation is not None
    for key in ("host_op_ns", "host_launch_ns", "gemm_efficiency", "bandwidth_efficiency"):
        figure = getattr(fitted.emulation, key)
        assert figure.value == pytest.approx(getattr(known.emulation, key).value, rel=0.02)
        assert figure.statistics.n == 8
        assert figure.statistics.median_low <= figure.value <= figure.statistics.median_high
    assert fitted.emulation.memsets_per_gemm == 1
    # What it wrote can be emulated.
    assert emulate(MODEL, fitted, batch=1, sequence=128).facts["platform"] == "lab"


def test_the_page_tells_residuals_and_what_was_left_out(skipx: Skipx, tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run")
    page = skipx("platforms", "fit", run, "--platform", "intel-h100").out
    assert "fitted to 2 recorded runs of bert-base-uncased" in " ".join(page.split())
    assert "it has no trace" in page
    document = skipx("platforms", "fit", run, "--platform", "intel-h100", "--json").json()
    assert [one["batch"] for one in document["fit"]["residuals"]] == [1, 2]
    assert all(abs(one["error"]) < 0.02 for one in document["fit"]["residuals"])
    assert len(document["fit"]["skipped"]) == 1


@pytest.mark.parametrize(
    ("kind", "batches", "code", "line"),
    [
        ("emulated", (1, 2), 3, "an emulated run calibrates nothing"),
        ("cupti", (1,), 5, "4 usable iterations, 5 are the fewest"),
        ("cupti", (), 5, "there is no recording to calibrate from"),
    ],
)
def test_what_calibrates_nothing(
    skipx: Skipx, tmp_path: Path, kind: str, batches: tuple[int, ...], code: int, line: str
) -> None:
    run = run_folder(tmp_path / "run", kind=kind, batches=batches)
    done = skipx("platforms", "fit", run, "--platform", "intel-h100")
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert line in done.err


def test_what_is_no_run_or_has_no_peaks(skipx: Skipx, tmp_path: Path) -> None:
    done = skipx("platforms", "fit", tmp_path, "--platform", "intel-h100")
    assert (done.code, "is no run folder" in done.err) == (3, True)
    done = skipx("platforms", "fit", tmp_path, "--platform", "h200-taxbreak")
    assert (done.code, "give --peak-tflops and --peak-bandwidth" in done.err) == (2, True)
