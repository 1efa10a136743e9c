"""Every rule of the platform file: the schema's, and those beyond it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from skipx.platforms.checks import problems
from skipx.platforms.document import to_document
from skipx.platforms.schema import schema, unknown_keys
from tests.platforms.builders import full_platform

FULL = to_document(full_platform())
ABSENT = object()


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """Return the full document with the value at ``path`` replaced or taken out."""
    document = copy.deepcopy(FULL)
    parent: Any = document
    for key in path[:-1]:
        parent = parent[key]
    if to is ABSENT:
        del parent[path[-1]]
    else:
        parent[path[-1]] = to
    return document


def lines(document: Any) -> list[str]:
    return [str(problem) for problem in problems(document)]


def test_a_full_document_has_no_problems() -> None:
    assert lines(FULL) == []


FLOOR = ("launch_floor_ns", "default")


@pytest.mark.parametrize(
    ("path", "to", "line"),
    [
        (["version"], "2.0", "$.version: version 2.0 is newer than 1.x: update skipx"),
        (["version"], "9" * 5000, "$.version: version 9999"),
        (["version"], 1, "$.version: 1 is not text"),
        (["version"], "new", '$.version: "new" does not match'),
        (["version"], "1.0\n", '$.version: "1.0\\n" does not match'),
        (["version"], "0.9", '$.version: "0.9" does not match'),
        (["version"], "٢.0", "$.version: "),
        (["version"], ABSENT, "$.version: is missing"),
        (["schema"], "skipx.trace", "$.schema: not a platform file"),
        (["provenance"], "guessed", '"guessed" is not one of measured, published'),
        (["provenance"], [3], "$.provenance: a list is not one of"),
        (["name"], "../x", '$.name: "../x" does not match'),
        (["name"], "x" * 65, "$.name: is longer than 64 characters"),
        (["citation"], "", "$.citation: is empty"),
        (["launch_floor_ns"], 4400, "$.launch_floor_ns: 4400 is not an object"),
        (["launch_floor_ns", "default"], ABSENT, "$.launch_floor_ns.default: is missing"),
        ([*FLOOR], 4400, "$.launch_floor_ns.default: 4400 is not an object"),
        ([*FLOOR, "value"], -1, "$.launch_floor_ns.default.value: -1 is less than 0"),
        ([*FLOOR, "value"], True, "$.launch_floor_ns.default.value: true is not a number"),
        ([*FLOOR, "value"], "4400", '$.launch_floor_ns.default.value: "4400" is not a number'),
        ([*FLOOR, "value"], float("inf"), "$.launch_floor_ns.default.value: Infinity is more"),
        ([*FLOOR, "value"], float("nan"), "$.launch_floor_ns.default.value: NaN is less"),
        ([*FLOOR, "definition"], "call", '.default.definition: "call" is not "t_l"'),
        ([*FLOOR, "statistics", "n"], 4.5, "$.launch_floor_ns.default.statistics.n: 4.5 is not a"),
        ([*FLOOR, "statistics", "n"], 0, "statistics.n: 0 is less than 1"),
        ([*FLOOR, "statistics", "stopped"], ABSENT, "statistics.stopped: is missing"),
        ([*FLOOR, "statistics", "flagged"], {"a": -1}, "statistics.flagged.a: -1 is less than 0"),
        (["launch_floor_ns", "by_call"], {"a b": 1}, "$.launch_floor_ns.by_call['a b']: 1 is not"),
        (["launch_paths"], {}, "$.launch_paths: an object is not a list"),
        (["launch_paths", 1, "traced"], 0, "$.launch_paths[1].traced: 0 is not true or false"),
        (["hardware", "coupling"], "tight", '"tight" is not one of loose, close'),
        (["environment", "gpu_id"], "GPU-1234", "$.environment.gpu_id: "),
        (["environment", "date"], "yesterday", "$.environment.date: "),
        (["environment"], ABSENT, "$.environment: is missing: a measured platform tells on what"),
        ([*FLOOR, "statistics"], ABSENT, ".default.statistics: is missing: a measured figure has"),
        (["launch_paths", 0, "call_ns", "value"], 1, "0].call_ns.value: 1 is not the median, 2300"),
        (["queue_depth", "statistics", "min"], 1025, "min: 1025 is more than p5"),
        (["queue_depth", "statistics", "p99"], 1024, "p95: 1126.4 is more than p99, 1024"),
        (["queue_depth", "statistics", "median_low"], 1025, "median_low: 1025 is more than median"),
        (["emulation", "host_op_ns", "source"], ABSENT, "$.emulation.host_op_ns.source: is miss"),
        (["emulation", "host_op_ns"], ABSENT, "$.emulation.host_op_ns: is missing"),
        (["emulation", "gemm_efficiency", "value"], 0, "gemm_efficiency.value: 0 is less than"),
        (["emulation", "memsets_per_gemm"], 0.5, "memsets_per_gemm: 0.5 is not a whole number"),
        (["launch_paths", 0, "traced"], False, "$.launch_paths[0].t_l_ns: without the profiler"),
    ],
)
def test_wrong_content(path: list[str | int], to: Any, line: str) -> None:
    found = lines(changed(*path, to=to))
    assert any(line in text for text in found), found
    assert all(text.isprintable() for text in found)


def test_only_what_is_a_difference_may_be_below_zero() -> None:
    document = json.loads(json.dumps(FULL))
    document["profiler"]["op_ns"] |= {"value": -1.5}
    document["profiler"]["op_ns"]["statistics"] |= {"median": -1.5, "median_low": -2, "p5": -9}
    document["profiler"]["op_ns"]["statistics"] |= {"min": -10, "mean": -1}
    assert lines(document) == []
    assert lines(changed("timer_quantum_ns", "value", to=-1.5)) == [
        "$.timer_quantum_ns.value: -1.5 is less than 0"
    ]


def test_each_wrong_value_is_one_problem() -> None:
    assert len(problems(changed(*FLOOR, "value", to=-1))) == 1
    assert len(problems(changed(*FLOOR, "definition", to="call"))) == 1


def test_every_quantity_of_a_measured_platform_has_its_sample() -> None:
    document = json.loads(json.dumps(FULL))
    taken = take_statistics(document)
    assert taken > 20
    assert len(problems(document)) == taken
    assert problems(document | {"provenance": "published"}) == []


def take_statistics(value: Any) -> int:
    if isinstance(value, list):
        return sum(take_statistics(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = int(value.pop("statistics", None) is not None)
    return own + sum(take_statistics(item) for item in value.values())


def test_what_an_unknown_key_holds_is_nobodys_business() -> None:
    deep: Any = {"definition": "t_l", "statistics": {}}
    for _ in range(5000):
        deep = {"definition": deep}
    assert lines(FULL | {"weather": deep}) == []
    assert lines(FULL | {"name": deep}) == ["$.name: an object is not text"]


@pytest.mark.parametrize("document", [None, [], 3, "x", {}, {"version": "1.0"}])
def test_other_documents(document: Any) -> None:
    assert lines(document) == ['$.schema: not a platform file: its schema is not "skipx.platform"']


def test_the_schema_uses_only_what_the_checker_knows() -> None:
    known = {
        *("$schema", "$ref", "$defs", "title", "description", "allOf", "type", "const", "enum"),
        *("minimum", "maximum", "minLength", "maxLength", "pattern", "required", "properties"),
        *("additionalProperties", "items"),
    }
    assert keywords(schema()) <= known


def keywords(rule: Any) -> set[str]:
    """Return the keywords of a schema; the keys of properties and definitions are no keywords."""
    found = set(rule)
    for key in ("properties", "$defs"):
        for part in rule.get(key, {}).values():
            found |= keywords(part)
    for part in (*rule.get("allOf", ()), *(rule[k] for k in ("items",) if k in rule)):
        found |= keywords(part)
    if isinstance(rule.get("additionalProperties"), dict):
        found |= keywords(rule["additionalProperties"])
    return found


def test_a_time_that_no_machine_takes_is_named() -> None:
    figure = {"definition": "gap", "value": 1e18}
    document = changed("gap_ns", "kernel_kernel", to=figure) | {"provenance": "published"}
    line = "$.gap_ns.kernel_kernel.value: 1e+18 ns is longer than 1000 s"
    assert line in lines(document)


@pytest.mark.parametrize(
    "place",
    [
        [],
        ["hardware"],
        ["graph"],
        ["launch_floor_ns"],
        ["launch_floor_ns", "default"],
        ["launch_floor_ns", "default", "statistics"],
        ["launch_floor_ns", "by_call", "cudaLaunchKernel"],
        ["emulation", "host_scale", "gpt2"],
        ["launch_paths", 1],
        ["launch_paths", 1, "period_ns"],
    ],
)
def test_a_key_that_no_reader_looks_at_is_told_where_it_stands(place: list[str | int]) -> None:
    at = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
    document = changed(*place, "mispelt_ns", to={"value": 1})
    assert [str(problem) for problem in unknown_keys(document)] == [
        f"{at}.mispelt_ns: is ignored: no such key in this version"
    ]
    assert lines(document) == []


def test_names_of_calls_and_models_are_free() -> None:
    call = changed("launch_floor_ns", "by_call", "anyCall", to=FULL["launch_floor_ns"]["default"])
    model = changed("emulation", "host_scale", "any", to=FULL["emulation"]["host_scale"]["gpt2"])
    assert unknown_keys(call) == unknown_keys(model) == unknown_keys(FULL) == []


def test_percentiles_may_be_equal() -> None:
    median = FULL["launch_floor_ns"]["default"]["statistics"]["median"]
    assert lines(changed(*FLOOR, "statistics", "p5", to=median)) == []
