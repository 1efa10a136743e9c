"""The synthetic example: the shipped file, its marks, and whether its timeline could happen."""

from __future__ import annotations

import gzip
import itertools
import json
import statistics
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import UsageError
from skipx.examples import example_path
from skipx.examples.kineto import EXAMPLE, generate, main, write
from skipx.examples.recipe import Recipe

RECIPES = {
    "example": EXAMPLE,
    "gpu-bound": Recipe(layers=3, steps=2, batch=64, sequence=512),
    "full queue": Recipe(layers=40, steps=1, batch=64, sequence=512),
    "streams and threads": Recipe(layers=2, threads=2, streams=3),
    "graph": Recipe(layers=2, graph=True),
    "amd": Recipe(layers=2, vendor="amd"),
    "no modules": Recipe(layers=1, modules=False, steps=1),
}
DEVICE = ("kernel", "gpu_memcpy", "gpu_memset")


def ns(number: Decimal) -> int:
    return int(number * 1000)


def events_of(recipe: Recipe) -> list[dict[str, Any]]:
    """Read the text with Python's json and exact decimals."""
    document = json.loads(generate(recipe), parse_float=Decimal)
    events: list[dict[str, Any]] = document["traceEvents"]
    for event in events:
        event["begin"] = ns(Decimal(event["ts"]))
        event["end"] = event["begin"] + ns(Decimal(event.get("dur", 0)))
    return events


@pytest.fixture(scope="module", params=list(RECIPES.values()), ids=list(RECIPES))
def events(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return events_of(request.param)


def of(events: list[dict[str, Any]], *categories: str) -> list[dict[str, Any]]:
    return [event for event in events if event.get("cat") in categories and event["ph"] == "X"]


def test_shipped_file_is_what_the_generator_writes() -> None:
    assert gzip.decompress(example_path().read_bytes()).decode() == generate()


def test_shipped_file_is_small() -> None:
    assert example_path().stat().st_size < 200_000


def test_every_layout_says_that_it_is_synthetic() -> None:
    kineto = json.loads(generate())
    assert kineto["skipx_synthetic"] is True
    assert "not a real device" in kineto["deviceProperties"][0]["name"]
    legacy = json.loads(generate(Recipe(layers=1, layout="legacy")))
    labels = [e["args"]["labels"] for e in legacy if e["name"] == "process_labels"]
    assert labels
    assert all("synthetic" in label for label in labels)


def test_every_activity_has_one_call_that_began_before_it(events: list[dict[str, Any]]) -> None:
    calls = {e["args"]["correlation"]: e for e in of(events, "cuda_runtime")}
    assert len(calls) == len(of(events, "cuda_runtime"))
    for activity in of(events, *DEVICE):
        assert calls[activity["args"]["correlation"]]["begin"] < activity["begin"]


def test_streams_run_one_item_at_a_time(events: list[dict[str, Any]]) -> None:
    streams = defaultdict(list)
    for activity in of(events, *DEVICE):
        streams[activity["tid"]].append((activity["begin"], activity["end"]))
    for items in streams.values():
        items.sort()
        assert all(end < begin for (_, end), (begin, _) in itertools.pairwise(items))


def test_host_events_nest(events: list[dict[str, Any]]) -> None:
    threads = defaultdict(list)
    for event in of(events, "cpu_op", "cuda_runtime", "python_function", "user_annotation"):
        threads[event["tid"]].append((event["begin"], -event["end"]))
    for intervals in threads.values():
        open_ends: list[int] = []
        for begin, negative_end in sorted(intervals):
            while open_ends and open_ends[-1] <= begin:
                open_ends.pop()
            assert not open_ends or -negative_end <= open_ends[-1]
            open_ends.append(-negative_end)


def test_every_step_ends_after_its_device_work(events: list[dict[str, Any]]) -> None:
    steps = [e for e in of(events, "user_annotation") if e["name"].startswith("ProfilerStep#")]
    calls = {e["args"]["correlation"]: e for e in of(events, "cuda_runtime")}
    assert steps
    for step in steps:
        for activity in of(events, *DEVICE):
            call = calls[activity["args"]["correlation"]]
            if call["tid"] == step["tid"] and step["begin"] <= call["begin"] < step["end"]:
                assert activity["end"] < step["end"]


def idle_share(events: list[dict[str, Any]]) -> float:
    kernels = of(events, "kernel")
    window = max(k["end"] for k in kernels) - min(k["begin"] for k in kernels)
    return 1 - float(sum(k["end"] - k["begin"] for k in kernels) / window)


def test_batch_decides_what_binds() -> None:
    assert idle_share(events_of(EXAMPLE)) > 0.5
    assert idle_share(events_of(RECIPES["gpu-bound"])) < 0.1


def test_launch_latency_is_the_floor_when_the_stream_is_idle() -> None:
    events = events_of(EXAMPLE)
    calls = {e["args"]["correlation"]: e for e in of(events, "cuda_runtime")}
    latencies = [
        k["begin"] - calls[k["args"]["correlation"]]["begin"] for k in of(events, "kernel")
    ]
    floor = EXAMPLE.timing.floor_ns
    assert statistics.median(latencies) == pytest.approx(floor, rel=0.1)


def test_a_full_queue_blocks_the_launching_call() -> None:
    longest = max(e["end"] - e["begin"] for e in calls_named("full queue", "cudaLaunchKernel"))
    usual = max(e["end"] - e["begin"] for e in calls_named("gpu-bound", "cudaLaunchKernel"))
    assert longest > 10 * usual


def calls_named(recipe: str, name: str) -> list[dict[str, Any]]:
    return [e for e in of(events_of(RECIPES[recipe]), "cuda_runtime") if e["name"] == name]


def test_one_graph_launch_runs_every_kernel_of_a_step() -> None:
    events = events_of(RECIPES["graph"])
    launches = calls_named("graph", "cudaGraphLaunch")
    kernels = of(events, "kernel")
    assert len(launches) == RECIPES["graph"].steps
    assert {k["args"]["correlation"] for k in kernels} == {
        e["args"]["correlation"] for e in launches
    }
    eager = len(of(events_of(Recipe(layers=2)), "kernel"))
    assert len(kernels) == eager


def test_amd_calls_and_kernels_bear_their_names() -> None:
    events = events_of(RECIPES["amd"])
    names = {e["name"] for e in of(events, "cuda_runtime")}
    assert names == {
        "hipLaunchKernel",
        "hipExtModuleLaunchKernel",
        "hipMemcpyWithStream",
        "hipStreamSynchronize",
        "hipDeviceSynchronize",
    }
    assert any(k["name"].startswith("Cijk_") for k in of(events, "kernel"))
    assert {k["tid"] for k in of(events, "kernel")} == {0}


def test_legacy_layout_has_the_same_events_in_whole_microseconds() -> None:
    small = Recipe(layers=1, steps=1)
    legacy = json.loads(generate(Recipe(layers=1, steps=1, layout="legacy")))
    complete = [e for e in legacy if e["ph"] == "X"]
    assert {e["cat"] for e in complete} == {"Operator", "Runtime", "Kernel", "Memcpy", "Memset"}
    assert all(type(e["ts"]) is int and type(e["dur"]) is int for e in complete)
    names = sorted(e["name"] for e in complete if e["cat"] == "Kernel")
    assert names == sorted(e["name"] for e in of(events_of(small), "kernel"))


def test_seed_changes_times_and_nothing_else() -> None:
    first, second = (events_of(Recipe(layers=1, steps=1, seed=seed)) for seed in (1, 2))
    assert [e["begin"] for e in of(first, "cpu_op")] != [e["begin"] for e in of(second, "cpu_op")]
    assert [e["name"] for e in of(first, "cpu_op")] == [e["name"] for e in of(second, "cpu_op")]


def test_command_line_writes_what_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    assert main(["-o", str(path), "--layers", "1", "--steps", "1", "--no-modules"]) == 0
    assert path.read_text() == generate(Recipe(layers=1, steps=1, modules=False))


def test_files_are_not_overwritten_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    path.write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        write(path, Recipe(layers=1, steps=1))
    assert path.read_text() == "mine"
    write(path, Recipe(layers=1, steps=1), force=True)
    assert path.read_text() != "mine"


@pytest.mark.parametrize("wrong", [{"layers": 0}, {"hidden": 770}])
def test_impossible_recipes_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Recipe(**wrong)  # type: ignore[arg-type]
