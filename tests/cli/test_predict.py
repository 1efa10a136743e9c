from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipx.platforms import write
from skipx.prefill.manifest import Manifest
from skipx.prefill.outcome import Outcome
from skipx.prefill.point import Point
from skipx.prefill.stored import store
from tests.cli.conftest import Skipx
from tests.cli.kineto_file import events, orphan, write_trace
from tests.report.rendering import controls, widest
from tests.whatif.traces import model_trace, published


@pytest.fixture
def model(tmp_path: Path) -> str:
    """Return four iterations in which a, b recurs twice; every kernel waits for its launch."""
    return write_trace(tmp_path / "model.json", events(["a", "b", "c", "a", "b"]))


def labels(skipx: Skipx, *arguments: object) -> list[str]:
    (one,) = skipx("predict", *arguments, "--json").json()
    return [row["what"] for row in one["predictions"]]


def test_screen(skipx: Skipx, trace: str) -> None:
    result = skipx("predict", trace, "--fuse-best", 2, "--graph")
    assert result.code == 0
    assert "the unchanged replay gives" in result.out
    assert widest(result.out) <= 80
    assert controls(result.out) == set()


def test_without_options_the_usual_are_predicted_alone(skipx: Skipx, model: str) -> None:
    assert labels(skipx, model) == [
        "graph",
        "no syncs",
        "no memsets",
        "host 2x as fast",
        "device 2x as fast",
    ]


def test_what_is_named_is_predicted_alone_and_together(skipx: Skipx, model: str) -> None:
    assert labels(skipx, model, "--graph") == ["graph"]
    assert labels(skipx, model, "--host", 1.5, "--fuse", 1, "--no-sync", "--no-memset") == [
        "chain 1 (dispatch-elided)",
        "no syncs",
        "no memsets",
        "host 1.5x as fast",
        "all together",
    ]
    assert labels(skipx, model, "--launch-only", 1, "--graph-chain", 2) == [
        "chain 1 (launch-only)",
        "chain 2 (graph)",
        "all together",
    ]
    assert labels(skipx, model, "--device", 2, "--platform", "h100-taxbreak") == [
        "device 2x as fast",
        "h100-taxbreak: launches only",
        "all together",
    ]


def test_a_plan_alone(skipx: Skipx, model: str) -> None:
    (one,) = skipx("predict", model, "--fuse-best", 4, "--json").json()
    assert [row["what"] for row in one["predictions"]] == [
        "graph",
        "the plan's first",
        "the plan, traffic saved",
    ]
    assert one["predictions"][1]["il_ns"] == one["plan"][0]["il_ns"]
    assert one["plan"][0]["kernels"] == ["a", "b"]
    assert one["plan"][0]["occurrences_per_iteration"] == 2


def test_graph_beats_nothing_where_launches_are_waited_for(skipx: Skipx, model: str) -> None:
    (one,) = skipx("predict", model, "--graph", "--json").json()
    (graph,) = one["predictions"]
    # 415 us to the last launch, its floor of 10, its kernel of 20; launched at 5 us as a graph.
    assert one["replayed_il_ns"] == one["measured_il_ns"] == 435_000
    assert graph["il_ns"] < 5_000 + 10_000 + 5 * 20_000 + 4 * 1_000 + 1
    assert one["skipx"]["schema"] == "skipx.predict/1"


def test_a_trace_of_a_run_has_its_control_and_its_platform(
    skipx: Skipx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Manifest({}, ["skipx", "run"]).write(tmp_path)
    write(published(), tmp_path / "platform.json")
    point = Point("gpt2", 1, 16)
    trace = tmp_path / "traces" / point.key

    def untraced(*control_ns: int) -> None:
        made = model_trace([("a", 20), ("b", 20)] * 3)
        store(tmp_path, Outcome(point, made, control_ns=np.array(control_ns, np.int64)), {})

    def found(*arguments: object) -> dict[str, Any]:
        (one,) = skipx("predict", *arguments, "--host", 2, "--json").json()
        answer: dict[str, Any] = one
        return answer

    untraced()
    assert found(trace)["control_ns"] is None
    assert found(trace)["sources"]["graph"] == "preset:bench"
    corrected = round(found(trace)["corrected_il_ns"])
    untraced(corrected, corrected + 1, 2 * corrected)
    assert found(trace)["control_ns"] == corrected + 1
    assert found(trace, "--control", (corrected + 2) / 1e6)["control_ns"] == corrected + 2
    monkeypatch.chdir(tmp_path / "traces")
    assert found(point.key)["control_ns"] == corrected + 1
    untraced(2 * corrected)
    refused = skipx("predict", trace)
    assert refused.code == 5
    assert "were measured untraced" in refused.err


def test_chains_by_parts_of_their_kernels_names(skipx: Skipx, model: str) -> None:
    assert labels(skipx, model, "--fuse", "a + b", "--traffic-saved", "b + c") == [
        "a + b (dispatch-elided)",
        "b + c (traffic saved)",
        "all together",
    ]
    refused = skipx("predict", model, "--fuse", "a + nosuch")
    assert refused.code == 2
    assert "there is no chain 'a + nosuch'" in refused.err


def test_tables(skipx: Skipx, model: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    result = skipx("predict", model, "--fuse-best", 2, "-o", file, "--table", "plan")
    assert result.code == 0
    (row, *_) = list(csv.DictReader(file.read_text().splitlines()))
    assert row["way"] == "unknown"
    assert skipx("predict", model, "-o", file).code == 2
    assert skipx("predict", model, "-o", file, "--force").code == 0
    assert len(list(csv.DictReader(file.read_text().splitlines()))) == 5


def test_a_refused_replay_is_exit_code_5(skipx: Skipx, tmp_path: Path) -> None:
    trace = write_trace(tmp_path / "orphans.json", [*events(), orphan()])
    refused = skipx("predict", trace, "--step", 0)
    assert (refused.code, refused.out) == (0, refused.out)
    rows = [*events(iterations=1), {**orphan(), "ts": 1_020}]
    trace = write_trace(tmp_path / "orphan.json", rows)
    refused = skipx("predict", trace)
    assert (refused.code, refused.out) == (5, "")
    assert "1 of 4 kernels have no launch" in refused.err
    forced = skipx("predict", trace, "--force")
    assert forced.code == 0
    assert "! 1 of 4 kernels" in forced.out


@pytest.mark.parametrize(
    "options",
    [
        ["--host", "0"],
        ["--device", "-1"],
        ["--fuse", "99"],
        ["--platform", "nosuch"],
        ["--any-chain"],
        ["--fuse-best", "-1"],
        ["--table", "nosuch"],
    ],
)
def test_options_that_cannot_be(skipx: Skipx, model: str, options: list[str]) -> None:
    result = skipx("predict", model, *options)
    assert result.code == 2
    assert result.err.count("\n") == 1


def test_a_trace_without_kernels(skipx: Skipx, tmp_path: Path) -> None:
    rows = [row for row in events() if row.get("cat") == "cpu_op"]
    result = skipx("predict", write_trace(tmp_path / "cpu.json", rows))
    assert result.code == 2
    assert "no kernels to replay" in result.err
