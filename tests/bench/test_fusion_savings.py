"""Predicted and measured savings of a fusion: what is compared, and what is refused."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipx.emulate import emulate
from skipx.errors import MeasurementRefusedError, UsageError
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from tests.whatif.traces import CALL, FLOOR, WORK, machine, model_trace

pytest.importorskip("torch")

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def savings(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    monkeypatch.syspath_prepend(BENCH / "fusions")
    return import_module("fusion_savings")


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH / "fusions")
    return import_module("chain")


def test_a_chain_is_found_by_its_operators_wherever_its_kernels_are_named_apart(chain: Any) -> None:
    trace = model_trace([(name, 20) for name in ("mul", "copy_", "add", "mul", "to", "sub")])
    assert chain.chains_of(trace, ("mul", "copy")) == [("mul", "copy_"), ("mul", "to")]
    with pytest.raises(UsageError, match="launched by add, copy in this order"):
        chain.chains_of(trace, ("add", "copy"))


def test_the_prediction_elides_the_dispatch_between_the_chains_launches(chain: Any) -> None:
    """Host-bound: each launch that goes takes the host time of its operator with it."""
    trace = model_trace([(name, 20) for name in ("mm", "mul", "add", "tanh")])
    found = chain.predict_fused(trace, ("mul", "add", "tanh"), machine())
    (fused,) = found.predictions
    assert found.launches == 4
    assert fused.launches == 2
    # mul's operator and launch stay, the two behind it go; the kernel takes 3 x 20, not 20.
    assert fused.saving_ns == pytest.approx(2 * WORK - 2 * 20, abs=CALL + FLOOR)


def test_every_block_and_norm_of_the_emulated_models_is_fused(savings: Any) -> None:
    assert emulated_launches("gpt2") - savings.emulated(
        "gpt2_gelu", "intel-h100", 1, 512
    ).predicted_launches == pytest.approx(12 * 7)
    assert emulated_launches("Llama-3.2-1B") - savings.emulated(
        "llama_rms_norm", "intel-h100", 1, 512
    ).predicted_launches == pytest.approx((2 * 16 + 1) * 7)


def emulated_launches(model: str) -> float:
    run = emulate(model, "intel-h100", batch=1, sequence=512, iterations=1)
    launches = run.trace.activities.call
    return float(len(np.unique(launches[launches >= 0])))


def test_an_emulated_saving_names_itself_and_measures_nothing(savings: Any, capsys: Any) -> None:
    assert savings.main(["gpt2_gelu", "--emulate", "intel-h100"]) == 0
    heading, _, predicted, measured, why = capsys.readouterr().out.splitlines()
    assert heading == "gpt2_gelu on intel-h100 (emulated)"
    assert predicted.startswith("predicted")
    assert measured.split() == ["measured", *"-----"]
    assert why == "not measured: an emulated trace has no device"


def test_the_tutorial_prints_what_is_predicted(savings: Any, capsys: Any) -> None:
    assert savings.main(["--emulate", "intel-h100"]) == 0
    tutorial = BENCH.parent / "docs" / "tutorial-fusion.md"
    assert f"```\n{capsys.readouterr().out}```\n" in tutorial.read_text(encoding="utf-8")


def test_without_a_gpu_nothing_is_printed_but_the_refusal(
    savings: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("skipx.platforms.machine.installed_gpus", lambda: ())
    assert savings.main(["gpt2_gelu"]) == 4
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no GPU to measure on" in printed.err


def test_measured_latencies_are_those_of_the_untraced_iterations(savings: Any) -> None:
    eager = emulate("gpt2", "intel-h100", batch=1, sequence=512).trace
    asked = []

    def measure(point: Point) -> Outcome:
        asked.append((point.model.rpartition(":")[2], point.batch, point.sequence))
        control = {"gpt2": [5, 6, 90], "fused": [3, 4, 70]}[asked[-1][0]]
        facts = {"launches_per_iteration": [274, 274]}
        return Outcome(point, trace=eager, control_ns=np.array(control) * 10**6, facts=facts)

    saving = savings.measured("gpt2_gelu", 2, 64, "auto", measure)
    assert asked == [("gpt2", 2, 64), ("fused", 2, 64)]
    assert (saving.measured_eager_ns, saving.measured_fused_ns) == (6e6, 4e6)
    assert saving.measured_launches == saving.predicted_launches == 274
    row = savings.text_of(saving).splitlines()[3]
    assert " ".join(row.split()) == "measured 6.000 ms 4.000 ms 2.000 ms 1.50x 274"


def test_a_point_that_was_not_measured_is_refused(savings: Any) -> None:
    with pytest.raises(MeasurementRefusedError, match="memory ended"):
        savings.measured("gpt2_gelu", 1, 8, "auto", lambda p: Outcome(p, problem="memory ended"))


def test_a_fusion_that_is_not_there_is_named(savings: Any, capsys: Any) -> None:
    assert savings.main(["gpt3"]) == 2
    assert "there is no fusion 'gpt3' (gpt2_gelu, llama_rms_norm)" in capsys.readouterr().err
