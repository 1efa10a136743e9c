"""Points through the real emulator, on a machine of round figures, into the analysis."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skipx.emulate.streams import STREAMS
from skipx.errors import UsageError
from skipx.platforms import write
from skipx.prefill.backend import emulated_backend
from skipx.prefill.folder import RunFolder
from skipx.prefill.point import Point
from skipx.prefill.point_analysis import PointAnalysis, analyze_point
from skipx.prefill.sweep import Sweep, run_sweep
from skipx.prefill.sweep_analysis import analyze_sweep
from tests.emulate.toy import platform

MODEL = "bert-base-uncased"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Return platform files of a machine and of one with a slower host."""
    paths = []
    for name, op_ns, launch_ns in (("quick", 1_000, 6_000), ("slow", 4_000, 24_000)):
        path = tmp_path / f"{name}.json"
        write(replace(platform(op_ns=op_ns, launch_ns=launch_ns), name=name), path)
        paths.append(str(path))
    return paths


def swept(tmp_path: Path, files: list[str]) -> list[PointAnalysis]:
    backend = emulated_backend(files)
    sweep = Sweep([MODEL], [1, 4, 16, 64], sequences=[16], platforms=backend.platforms)
    points = [point for row in sweep.rows() for point in row]
    backend.check(points)
    with RunFolder.open(tmp_path / "run", sweep.to_dict(), [], resume=True) as folder:
        steps = run_sweep(sweep.rows(), backend.measure, folder, settings=backend.settings)
        return [analyze_point(step.outcome, backend.platform(step.outcome.point)) for step in steps]


def test_a_slower_host_is_bound_by_its_cpu_for_longer(tmp_path: Path, files: list[str]) -> None:
    points = swept(tmp_path, files)
    quick, slow = analyze_sweep(points).series
    assert (quick.first.platform, slow.first.platform) == ("quick", "slow")
    assert all(point.emulated and point.problem is None for point in points)
    assert all(point.ttft_ns is None for point in points), "no profiler, so no control"
    one, other = quick.points[0], slow.points[0]
    assert one.il_ns is not None
    assert other.il_ns is not None
    assert 3.5 < other.il_ns / one.il_ns < 4.5, "at batch 1 the host is all that counts"
    assert quick.inflection.by_parts is not None
    assert slow.inflection.by_parts is None or slow.inflection.by_parts > quick.inflection.by_parts
    floors = {point.floor.default_ns for point in points if point.floor}
    assert floors == {4_000}, "the platform's"


def test_what_was_emulated_is_taken_from_the_folder(tmp_path: Path, files: list[str]) -> None:
    first = swept(tmp_path, files)
    again = swept(tmp_path, files)
    assert [p.metrics for p in again] == [p.metrics for p in first]
    assert [p.floor for p in again] == [p.floor for p in first]


def test_another_platform_of_the_same_name_is_emulated_anew(
    tmp_path: Path, files: list[str]
) -> None:
    first = swept(tmp_path, files)
    write(replace(platform(op_ns=2_000), name="quick"), Path(files[0]), force=True)
    again = swept(tmp_path, files)
    assert again[0].il_ns != first[0].il_ns
    assert again[4].il_ns == first[4].il_ns


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"model": "no-such-model"}, "no operator stream of 'no-such-model'"),
        ({"mode": "max-autotune"}, "the mode 'max-autotune' cannot be emulated"),
        ({"dtype": "float32"}, "float32 cannot be emulated"),
        ({"head": "none"}, "another head cannot be emulated"),
        ({"attention": "flash_attention_2"}, "no operator stream"),
    ],
)
def test_what_cannot_be_emulated_is_told_before_anything_is(
    files: list[str], changes: dict[str, str], complaint: str
) -> None:
    backend = emulated_backend(files)
    with pytest.raises(UsageError, match=complaint):
        backend.check([replace(Point(MODEL, 1, 128), **changes)])  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", ["float16", "bfloat16"])
def test_the_type_that_is_told_is_that_of_the_stream(files: list[str], asked: str) -> None:
    backend = emulated_backend(files)
    point = replace(Point(MODEL, 1, 16), platform="quick", dtype=asked)
    backend.check([point])
    found = analyze_point(backend.measure(point), backend.platform(point))
    assert (found.point.dtype, found.dtype) == (asked, "bfloat16")


def test_two_platforms_of_one_name_are_refused(files: list[str]) -> None:
    with pytest.raises(UsageError, match="two platforms of one name: quick, quick"):
        emulated_backend([files[0], files[0]])


def test_the_papers_models_ship() -> None:
    shipped = {(key.model, key.transformers) for key in STREAMS if key.attention == "eager"}
    assert {("bert-base-uncased", "4.44"), ("gpt2", "4.44"), ("Llama-3.2-1B", "4.44")} <= shipped
