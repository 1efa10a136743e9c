from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Skipx
from tests.cli.kineto_file import events, write_trace
from tests.report.rendering import controls, widest

LENGTH_KEYS = {
    "length",
    "distinct",
    "windows",
    "ps1_types",
    "ps1_instances",
    "c_fused",
    "c_types",
    "k_fused",
    "speedup",
    "speedup_types",
}


@pytest.fixture
def abc(tmp_path: Path) -> str:
    """Return four iterations of a, b, c: every chain in them is deterministic."""
    return write_trace(tmp_path / "abc.json", events(["a", "b", "c"]))


def test_screen(skipx: Skipx, trace: str) -> None:
    result = skipx("chains", trace)
    assert result.code == 0
    assert "3.00x by occurrences" in result.out
    assert widest(result.out) <= 80
    assert controls(result.out) == set()


def test_json_has_a_row_for_each_length(skipx: Skipx, abc: str) -> None:
    (one,) = skipx("chains", abc, "--json").json()
    assert one["file"] == abc
    assert one["skipx"]["schema"] == "skipx.chains/1"
    assert [row["length"] for row in one["lengths"]] == [2, 3]
    for row in one["lengths"]:
        assert row.keys() >= LENGTH_KEYS
    assert [row["speedup"] for row in one["lengths"]] == [1.5, 3.0]


def test_lengths_filter(skipx: Skipx, abc: str) -> None:
    (one,) = skipx("chains", abc, "--lengths", "3-9", "--json").json()
    assert [row["length"] for row in one["lengths"]] == [3]


def test_candidates_limit(skipx: Skipx, abc: str) -> None:
    def kernels(n: int) -> list[list[str]]:
        (one,) = skipx("chains", abc, "--candidates", n, "--json").json()
        return [candidate["kernels"] for candidate in one["candidates"]]

    assert kernels(0) == []
    assert kernels(1) == [["a", "b", "c"]]


def test_threshold_and_score(skipx: Skipx, tmp_path: Path) -> None:
    path = write_trace(tmp_path / "t.json", events(["a", "b", "a", "c"]))

    def chains_of_two(*options: object) -> int:
        (one,) = skipx("chains", path, "--lengths", 2, "--json", *options).json()
        return int(one["lengths"][0]["ps1_types"])

    # ba: 1; ab and ac: 1/2.
    assert chains_of_two() == 1
    assert chains_of_two("--threshold", 0.5) == 3


def test_eligible_counts_only_what_could_go_on(skipx: Skipx, tmp_path: Path) -> None:
    path = write_trace(tmp_path / "t.json", events(["a", "b", "a"]))
    # The second a ends its segment: ab occurs at 1 of 2 a, but at 1 of 1 eligible ones.
    strict, eligible = (
        skipx("chains", path, "--json", *more).json()[0]["lengths"][0]["ps1_types"]
        for more in ([], ["--eligible"])
    )
    assert (strict, eligible) == (1, 2)


def test_symbols(skipx: Skipx, tmp_path: Path) -> None:
    path = write_trace(tmp_path / "t.json", events(["f<int>()", "g", "f<float>()", "g"]))

    def distinct(*options: str) -> int:
        (one,) = skipx("chains", path, "--json", *options).json()
        return int(one["lengths"][0]["distinct"])

    assert distinct() == 3
    assert distinct("--symbol", "template") == 2


def test_whole_streams_have_no_cuts(skipx: Skipx, abc: str) -> None:
    (one,) = skipx("chains", abc, "--whole-streams", "--json").json()
    assert one["segments"] == 1
    assert one["lengths"][-1]["length"] == 12


def test_root_ops_cut(skipx: Skipx, abc: str) -> None:
    (one,) = skipx("chains", abc, "--boundary", "root-op", "--json").json()
    assert one["segments"] == 12


@pytest.mark.parametrize("table", ["lengths", "candidates"])
def test_export(skipx: Skipx, abc: str, tmp_path: Path, table: str) -> None:
    for suffix in ("csv", "parquet"):
        file = tmp_path / f"out.{suffix}"
        assert skipx("chains", abc, "-o", file, "--table", table).code == 0
    with (tmp_path / "out.csv").open(newline="") as file_:
        rows = list(csv.DictReader(file_))
    assert [int(row["length"]) for row in rows] == pq.read_table(tmp_path / "out.parquet")[
        "length"
    ].to_pylist()


def test_several_traces(skipx: Skipx, abc: str, trace: str, tmp_path: Path) -> None:
    result = skipx("chains", abc, tmp_path / "absent.json", trace, "--json")
    assert result.code == 3
    assert [one["file"] for one in result.json()] == [abc, trace]
    assert result.err.count("skipx: error: ") == 1
