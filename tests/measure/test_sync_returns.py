"""definitions 6 and 7: sync return = end of a synchronising call - end of what it waits for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skipx.errors import MeasurementRefusedError
from skipx.measure.figures import WAITS, WAITS_A_BLOCK, sync_returns
from skipx.measure.stopping import StoppingRule
from skipx.platforms import Statistics
from skipx.records import Trace
from tests.builders import TraceBuilder

RULE = StoppingRule(least=WAITS_A_BLOCK, most=WAITS_A_BLOCK, seconds=9)


class Waiting:
    """A device that remembers which call it was to wait by."""

    call = ""

    def run_waits(self, call: str, count: int) -> None:
        assert count == WAITS_A_BLOCK
        self.call = call


def returns_of(
    late: Callable[[str, int], int], *, rows: int = WAITS_A_BLOCK, suffix: str = ""
) -> dict[str, Statistics]:
    """Measure traces in which the k-th call of a kind ends ``late(call, k)`` ns after its kernel.

    Each launch is at 1000 k, its kernel runs from 40 to 140 ns later; a call of the same name
    precedes the first launch and follows the last, as set-up and tear-down make them.
    """
    device = Waiting()

    def record(work: Callable[[], None]) -> Trace:
        work()
        builder = TraceBuilder()
        name = device.call + suffix
        for k in range(1, rows + 1):
            builder.launch("spin", at=1000 * k, latency=40, dur=100, api_name="cuLaunchKernel")
            builder.call(name, 1000 * k + 20, 120 + late(device.call, k))
        builder.call(name, 500, 7).call(name, 1000 * (rows + 1), 7)
        return builder.build()

    return dict(sync_returns(record, device, RULE))  # type: ignore[arg-type]


def test_each_kind_has_its_own_latency() -> None:
    late = {"cuStreamSynchronize": 300, "cuCtxSynchronize": 500, "cuEventSynchronize": 200}
    found = returns_of(lambda call, k: late[call])
    assert set(found) == set(WAITS) == {"stream", "device", "event"}
    for kind, block in found.items():
        assert block.median == block.min == late[WAITS[kind]]
        assert block.n == WAITS_A_BLOCK
        assert block.flagged == {}


def test_the_second_version_of_a_call_counts_too() -> None:
    assert returns_of(lambda call, k: 300, suffix="_v2")["device"].median == 300


def test_calls_that_end_before_their_kernel_are_left_out_and_counted() -> None:
    rule_of_ten = returns_of(lambda call, k: -5 if k <= 10 else 300)
    block = rule_of_ten["stream"]
    assert block.min == 300
    assert block.n % (WAITS_A_BLOCK - 10) == 0  # blocks are taken until there are enough
    assert block.flagged == {"clock": 10 * block.n // (WAITS_A_BLOCK - 10)}


def test_missing_kernels_refuse_the_figure() -> None:
    with pytest.raises(MeasurementRefusedError, match="did not record 50 kernels"):
        returns_of(lambda call, k: 300, rows=WAITS_A_BLOCK - 1)
