"""``skipx.compare``: whatever names a trace, a run or a platform."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import skipx
from skipx.comparison.result import Kind, Verdict
from skipx.errors import BadInputError, UsageError
from skipx.platforms import preset, write
from skipx.prefill.sweep import Sweep
from tests.comparison.sides import trace_of

STEADY = (10_000, 10_010, 10_020, 10_030, 10_040, 10_050)
MODEL = "bert-base-uncased"


def saved(folder: Path, name: str, durations: tuple[int, ...] = STEADY) -> Path:
    skipx.save_trace(trace_of(durations), folder / name)
    return folder / name


def test_the_call_and_the_package_have_names_of_their_own() -> None:
    """Importing a package sets an attribute: one of the same name would hide the call."""
    import skipx.comparison.result

    assert callable(skipx.compare)


def test_traces_and_their_paths(tmp_path: Path) -> None:
    path = saved(tmp_path, "one")
    slower = trace_of([duration + 15_000 for duration in STEADY])
    comparison = skipx.compare(path, slower, str(path))
    assert comparison.kind is Kind.TRACES
    assert [
        pair.points[0].latency.verdict for pair in comparison.pairs if pair.points[0].latency
    ] == [
        Verdict.SLOWER,
        Verdict.SAME,
    ]
    # One path is there twice, and yet each subject has a label of its own.
    assert len({subject.label for subject in comparison.subjects}) == 3


def test_labels_are_as_short_as_tells_them_apart(tmp_path: Path) -> None:
    for folder in ("main", "branch"):
        (tmp_path / folder).mkdir()
        saved(tmp_path / folder, "trace")
    comparison = skipx.compare(tmp_path / "main" / "trace", tmp_path / "branch" / "trace")
    assert [one.label for one in comparison.subjects] == ["main/trace", "branch/trace"]


def test_a_platform_gives_the_launch_floor() -> None:
    measured = preset("h100-taxbreak")
    comparison = skipx.compare(trace_of(STEADY), trace_of(STEADY), platform=measured)
    assert {one.facts["launch floor from"] for one in comparison.subjects} == {
        "preset:h100-taxbreak"
    }


def test_the_margin() -> None:
    slower = trace_of([duration + 1500 for duration in STEADY])
    verdicts = [
        latency.verdict
        for margin in (0.02, 0.1)
        if (
            latency := skipx.compare(trace_of(STEADY), slower, margin=margin)
            .pairs[0]
            .points[0]
            .latency
        )
    ]
    assert verdicts == [Verdict.SLOWER, Verdict.SAME]
    for wrong in (-0.1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="the margin is not a number from 0"):
            skipx.compare(trace_of(STEADY), slower, margin=wrong)


def test_platforms_by_name_file_and_themselves(tmp_path: Path) -> None:
    mine = dataclasses.replace(preset("gh200"), name="mine")
    write(mine, tmp_path / "mine.json")
    comparison = skipx.compare("intel-h100", tmp_path / "mine.json", preset("amd-a100"))
    assert comparison.kind is Kind.PLATFORMS
    assert [one.label for one in comparison.subjects] == ["intel-h100", "mine", "amd-a100"]
    assert all(pair.quantities and not pair.points for pair in comparison.pairs)


def test_platforms_of_one_name_are_called_as_they_were_given(tmp_path: Path) -> None:
    for folder in ("before", "after"):
        (tmp_path / folder).mkdir()
        write(dataclasses.replace(preset("gh200"), name="lab"), tmp_path / folder / "lab.json")
    comparison = skipx.compare(tmp_path / "before" / "lab.json", tmp_path / "after" / "lab.json")
    assert [one.label for one in comparison.subjects] == ["before/lab.json", "after/lab.json"]


def test_platforms_play_a_sweep() -> None:
    """SKIP, section V: at batch 1 BERT takes 2.8x as long on GH200 as on Intel+H100."""
    comparison = skipx.compare("intel-h100", "gh200", sweep=Sweep([MODEL], [1]))
    (pair,) = comparison.pairs
    (point,) = pair.points
    assert comparison.emulated
    assert point.conditions == {"model": MODEL, "batch": 1}
    assert point.latency is not None
    assert point.latency.ratio == pytest.approx(2.8, rel=0.1)
    assert point.latency.reason == "emulated: exact for the model"


def test_platforms_that_cannot_be_emulated_are_refused_a_sweep() -> None:
    with pytest.raises(UsageError, match="'h100-taxbreak' cannot be emulated"):
        skipx.compare("intel-h100", "h100-taxbreak", sweep=Sweep([MODEL], [1]))


def test_only_like_is_compared_with_like() -> None:
    with pytest.raises(UsageError, match="only like can be compared with like") as caught:
        skipx.compare(trace_of(STEADY), "gh200")
    assert "gh200 is a platform" in str(caught.value)


def test_one_alone_has_nothing_to_be_compared_with() -> None:
    with pytest.raises(UsageError, match="a platform alone"):
        skipx.compare("gh200")
    with pytest.raises(UsageError, match="nothing to compare"):
        skipx.compare()


def test_what_is_not_there() -> None:
    with pytest.raises(BadInputError, match="no such file"):
        skipx.compare("gh200", "nowhere/trace.json")
    with pytest.raises(UsageError, match="is no trace, no run folder and no platform"):
        skipx.compare("gh200", "gh201")
