"""The page on a replay, from hand-made results."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from skipx.measure.replay.result import (
    ChainReplay,
    Comparison,
    InSitu,
    KernelReplay,
    ReplayAnalysis,
)
from skipx.measure.statistics import summarize
from skipx.platforms import Statistics
from skipx.report.replay_page import ReplayPage
from tests.report.rendering import rendered


def statistics(median: float, spread: float = 0.0) -> Statistics:
    return summarize(np.linspace(median - spread, median + spread, 101), "fixed")


KERNEL = KernelReplay(
    name="void [red]gemm<float>()",
    shape="4x1x1 / 128x1x1",
    index=0,
    launches=12,
    in_situ=InSitu(12.0, 5000.0, 60_000.0, 0.25),
    warm=statistics(4000.0),
    cold=statistics(6000.0),
    warm_differs=True,
    cold_differs=True,
)
CHAIN = ChainReplay(
    kernels=("gemm", "norm", "add"),
    first=7,
    length=3,
    occurrences=12,
    warm=Comparison(statistics(20_000.0), statistics(12_000.0)),
)
FOUND = ReplayAnalysis(
    workload="model.py:forward",
    device="A GPU",
    recorder="graph",
    note="",
    launches=99,
    iterations=5,
    tklqt_ns=240_000.0,
    restored=True,
    restarts=0,
    kernels=[KERNEL],
    chains=[CHAIN],
)


@pytest.mark.parametrize("width", [80, 120])
def test_it_shows_every_figure_and_fits(width: int) -> None:
    text = rendered(ReplayPage(FOUND), width=width)
    assert max(map(len, text.splitlines())) <= width
    for shown in ("A GPU", "99 launches", "captured graph", "240.0 us", "void [red", "60.00 us",
                  "25.0 %", "5.000 us", "4.000 us", "6.000 us", "20.00 us", "12.00 us", "8.000 us",
                  "1.67x"):  # fmt: skip
        assert shown in text, shown
    assert "SYNTHETIC" not in text


def test_a_kernel_that_differs_is_marked_and_explained() -> None:
    assert "in situ it takes longer or shorter" in rendered(ReplayPage(FOUND), width=80)
    calm = dataclasses.replace(KERNEL, cold_differs=False)
    text = rendered(ReplayPage(dataclasses.replace(FOUND, kernels=[calm])), width=80)
    assert "in situ it takes" not in text


def test_a_saving_within_the_noise_is_marked() -> None:
    noisy = Comparison(statistics(20_000.0, 9000.0), statistics(19_000.0, 9000.0))
    chains = [dataclasses.replace(CHAIN, warm=noisy)]
    assert "~1.000 us" in rendered(ReplayPage(dataclasses.replace(FOUND, chains=chains)), width=100)
    assert "~8.000 us" not in rendered(ReplayPage(FOUND), width=100)


def test_what_was_refused_is_said_with_its_reason() -> None:
    refused = dataclasses.replace(KERNEL, warm=None, cold=None, refused="waits for other devices")
    text = rendered(ReplayPage(dataclasses.replace(FOUND, kernels=[refused])), width=80)
    assert "not replayed" in text
    assert "waits for other devices" in text


def test_with_verbose_a_chains_kernels_are_listed() -> None:
    assert "  norm" in rendered(ReplayPage(FOUND, verbose=True), width=80)


def test_synthetic_results_say_so() -> None:
    text = rendered(ReplayPage(dataclasses.replace(FOUND, synthetic=True)), width=80)
    assert "SYNTHETIC" in text
