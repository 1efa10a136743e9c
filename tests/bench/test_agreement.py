"""When two clocks agree: medians within 2 quanta of the timer or 3 %."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def agreement(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("agreement")


def ticks(median: float, step: float, n: int = 101) -> np.ndarray:
    """Return a sample on a timer's grid with this median."""
    return median + step * (np.arange(n) % 5 - 2)


# 2 quanta of 32 ns are 64 ns; 3 % of 1,000 ns are 30 ns, of 10,000 ns 300 ns.
@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        (1000.0, 1064.0, "SAME"),
        (1000.0, 1096.0, "OTHER"),
        (1096.0, 1000.0, "OTHER"),
        (10_000.0, 10_304.0, "SAME"),  # 3 % of 10,304 are 309
        (10_000.0, 10_336.0, "OTHER"),
    ],
)
def test_medians_agree_within_two_quanta_or_three_percent(
    agreement: Any, ours: float, theirs: float, verdict: str
) -> None:
    check = agreement.compare("times", [ticks(ours, 32)], [ticks(theirs, 32)])
    assert (check.verdict, check.ours, check.theirs) == (verdict, ours, theirs)
    assert check.tolerance == pytest.approx(max(64, 0.03 * theirs))


def test_without_a_visible_quantum_only_the_share_counts(agreement: Any) -> None:
    same, other = (
        agreement.compare("times", [np.full(9, 1000.0)], [np.full(9, theirs)])
        for theirs in (1030.0, 1040.0)
    )
    assert (same.verdict, other.verdict) == ("SAME", "OTHER")


def test_the_runs_of_a_side_are_one_sample_and_stay_visible(agreement: Any) -> None:
    ours = [np.full(3, 100.0), np.full(3, 104.0), np.empty(0)]
    check = agreement.compare("times", ours, [np.full(4, 102.0)])
    assert check.ours == 102.0
    assert (check.ours_runs, check.theirs_runs) == ([100.0, 104.0], [102.0])
    assert check.samples == (6, 4)


def test_what_differs_by_definition_is_a_note(agreement: Any) -> None:
    check = agreement.compare(
        "times", [np.full(9, 1000.0)], [np.full(9, 3000.0)], same_quantity=False
    )
    assert (check.verdict, check.tolerance) == ("NOTE", None)


def test_a_side_without_samples_is_missing(agreement: Any) -> None:
    check = agreement.compare("times", [np.empty(0)], [np.full(3, 1.0)])
    assert (check.verdict, check.ours, check.reason) == ("MISSING", None, "no samples of ours")


@pytest.fixture
def crosschecks(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    return import_module("gpu_crosschecks")


def run_of(crosschecks: Any, value: float) -> dict[str, np.ndarray]:
    names = [*crosschecks.AGAINST_TORCH]
    names += [f"{name}: {side}" for name, _ in crosschecks.WITHIN for side in ("ours", "theirs")]
    return {name: np.full(5, value) for name in names}


def test_every_planned_comparison_is_made(crosschecks: Any) -> None:
    runs = {"skipx": [run_of(crosschecks, 100.0)], "torch": [run_of(crosschecks, 101.0)]}
    found = list(crosschecks.checks(runs, {}))
    assert [check.verdict for check in found] == ["SAME"] * 6 + ["NOTE"]
    assert crosschecks.line(found[0]) == (
        "SAME    null kernel, duration, PyTorch's profiler: 100 against 101 ns"
    )


def test_a_side_that_fails_costs_only_its_own_comparisons(crosschecks: Any) -> None:
    runs = {"skipx": [run_of(crosschecks, 100.0)], "torch": []}
    found = list(crosschecks.checks(runs, {"torch": "recorded no kernel"}))
    assert [check.verdict for check in found] == ["MISSING"] * 4 + ["SAME", "SAME", "NOTE"]
    assert "torch: recorded no kernel" in crosschecks.line(found[0])
