"""Takes samples of several quantities in turns, until each has enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from skipx.measure.statistics import summarize
from skipx.measure.stopping import StoppingRule
from skipx.platforms import Statistics

Take = Callable[[int], Sequence[float] | NDArray[np.generic]]

RULE = StoppingRule(least=200, most=2000, relative=0.005, absolute_ns=10.0, seconds=4.0)
"""That of a job's quantities: a replay restores buffers, so samples are dear."""

BLOCK = 50


def collect(
    takes: Mapping[str, Take], rule: StoppingRule = RULE, told: Callable[[], None] = lambda: None
) -> dict[str, Statistics]:
    """Return the statistics of what each ``take(n)`` gives, ns; nothing for one that gives nothing.

    The quantities take turns block by block, so that a drift of the clocks meets all of them
    alike. ``told`` is called after each block.
    """
    samples: dict[str, NDArray[np.float64]] = {name: np.empty(0) for name in takes}
    found: dict[str, Statistics] = {}
    began = time.monotonic()
    while samples:
        for name in list(samples):
            block = np.asarray(takes[name](BLOCK), dtype=np.float64)
            samples[name] = np.concatenate((samples[name], block))
            told()
            if not len(block):
                del samples[name]
                continue
            stopped = rule.decide(samples[name], time.monotonic() - began)
            if stopped is not None:
                found[name] = summarize(samples.pop(name), str(stopped))
    return found
