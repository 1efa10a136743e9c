"""Operators of a live trace, from PyTorch's own profiler and launches on the stand-in device."""

from __future__ import annotations

from tests.sources.test_cupti import live

# Two operators, one within the other, of which the inner one launches.
TORCH = """
import torch

@torch.library.custom_op("mine::launch", mutates_args=())
def launch(x: torch.Tensor) -> torch.Tensor:
    launcher.idle(1)
    return x.clone()

@torch.library.custom_op("mine::layer", mutates_args=())
def layer(x: torch.Tensor) -> torch.Tensor:
    return launch(x)

class Layer(torch.nn.Module):
    def forward(self, x):
        return layer(x)

model, x = torch.nn.Sequential(Layer()), torch.ones(2)
model(x)
"""

RUN = """
with skipx.profile(**options) as p:
    with torch.profiler.record_function("step of mine"), p.region("mine"):
        model(x)
        launcher.idle(1)
t = p.trace
ops = t.calls.op[t.activities.call]
tell({
    "ops": [name for name in names(t, t.ops) if name.startswith("mine")],
    "op_of_kernel": [t.name_of(t.ops, op) if op >= 0 else "" for op in ops],
    "root_of_kernel": [t.name_of(t.ops, t.ops.root[op]) if op >= 0 else "" for op in ops],
    "regions": sorted(names(t, t.regions)),
    "threads": len(t.threads),
    "around": [
        int(t.ops.begin[ops[0]] <= t.calls.begin[0]), int(t.calls.end[0] <= t.ops.end[ops[0]])
    ],
    "still_on": torch.autograd._profiler_enabled(),
})
"""


def with_torch(code: str, **options: object) -> dict[str, object]:
    told = live(TORCH + f"options = {options}\n" + code)
    assert isinstance(told, dict)
    return told


def test_kernels_belong_to_the_operators_around_their_calls() -> None:
    told = with_torch(RUN)
    assert told["ops"] == ["mine::layer", "mine::launch"]
    assert told["op_of_kernel"] == ["mine::launch", ""]
    assert told["root_of_kernel"] == ["mine::layer", ""]
    assert told["around"] == [1, 1]  # PyTorch's clock is CUPTI's
    assert told["threads"] == 1  # PyTorch's thread is CUPTI's
    assert told["regions"] == ["mine", "step of mine"]
    assert told["still_on"] is False


def test_the_calls_of_modules_are_regions_where_asked_for() -> None:
    told = with_torch(RUN, modules=True)
    assert told["regions"] == [
        "mine", "nn.Module: Layer_0", "nn.Module: Sequential_0", "step of mine",
    ]  # fmt: skip
    assert told["op_of_kernel"] == ["mine::launch", ""]


def test_an_older_profiler_is_asked_for_the_host_as_a_whole() -> None:
    # Until 2.12 the activities were put into a set, where a choice of kinds cannot go.
    old = """
new = torch.profiler.profile
asked = []
def profile(activities, with_stack):
    asked.append([str(one) for one in set(activities)])
    return new(activities=activities, with_stack=with_stack)
torch.profiler.profile = profile
with skipx.profile() as p:
    model(x)
t = p.trace
tell({"asked": asked, "op": t.name_of(t.ops, t.calls.op[0])})
"""
    assert with_torch(old) == {"asked": [["ProfilerActivity.CPU"]], "op": "mine::launch"}


def test_operators_may_be_left_out() -> None:
    told = live(
        TORCH
        + """
with skipx.profile(operators=False) as p:
    with torch.profiler.record_function("step of mine"), p.region("mine"):
        model(x)
tell([len(p.trace.ops), names(p.trace, p.trace.regions), len(p.trace.activities)])
"""
    )
    assert told == [0, ["mine"], 1]


def test_torch_that_is_not_imported_is_not_imported() -> None:
    told = live(
        """
with skipx.profile() as p:
    launcher.idle(1)
tell([len(p.trace.ops), "torch" in sys.modules,
      refusal(lambda: skipx.profile(operators=True)),
      refusal(lambda: skipx.profile(modules=True))])
"""
    )
    assert isinstance(told, list)
    assert told[:2] == [0, False]
    assert told[2][:2] == told[3][:2] == ["UsageError", 2]


def test_the_profiler_is_stopped_when_the_session_cannot_begin() -> None:
    told = with_torch(
        """
run_script("fail=cuptiActivityEnable:999")
found = refusal(lambda: skipx.profile().__enter__())
tell({"error": found[0], "still_on": torch.autograd._profiler_enabled()})
"""
    )
    assert told == {"error": "MeasurementRefusedError", "still_on": False}


def test_a_profiler_that_changes_cuptis_clock_is_named() -> None:
    told = with_torch(
        """
run_script("clock_offset=9000000")
found = refusal(lambda: skipx.profile().__enter__())
tell({"error": found, "still_on": torch.autograd._profiler_enabled()})
"""
    )
    error = told["error"]
    assert isinstance(error, list)
    assert error[:2] == ["MeasurementRefusedError", 5]
    assert "PyTorch gives CUPTI another clock" in error[2]
    assert "operators=False" in error[2]
    assert told["still_on"] is False
