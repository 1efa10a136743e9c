"""Every command says of an emulated trace that nothing in it was measured."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from skipx.emulate import emulate
from skipx.sources.saved import save_trace
from tests.cli.conftest import Skipx
from tests.emulate.toy import gemm, platform, pointwise, stream

COMMANDS = ("analyze", "check", "chains")


@pytest.fixture
def emulated(tmp_path: Path) -> Path:
    what = stream([(gemm(64, 64, 64), 0), (pointwise(1000), 0)])
    save_trace(emulate(what, platform(), batch=2, sequence=8).trace, tmp_path / "saved")
    return tmp_path / "saved"


@pytest.mark.parametrize("command", COMMANDS)
def test_pages_carry_the_mark(skipx: Skipx, emulated: Path, command: str) -> None:
    page = skipx(command, emulated).out
    assert "SYNTHETIC" in page
    assert "generated or emulated, not measured on a device" in page
    assert "emulated/toy/toy/eager-b2-s8" in page


@pytest.mark.parametrize("command", COMMANDS)
def test_files_carry_the_mark(skipx: Skipx, emulated: Path, tmp_path: Path, command: str) -> None:
    (document,) = skipx(command, emulated, "--json").json()
    assert document["synthetic"] is True
    for suffix in ("csv", "parquet"):
        assert skipx(command, emulated, "-o", tmp_path / f"table.{suffix}").code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text())))
    assert {row["synthetic"] for row in rows} == {"True"}
    table = pq.read_table(tmp_path / "table.parquet")
    assert set(table.column("synthetic").to_pylist()) == {True}


def test_the_analysis_names_the_emulated_device(skipx: Skipx, emulated: Path) -> None:
    (document,) = skipx("analyze", emulated, "--json").json()
    assert document["devices"] == ["Toy GPU (emulated)"]
    assert [finding["check"] for finding in document["quality"]] == ["emulated"]
    assert "Toy GPU (emulated)" in skipx("analyze", emulated).out


def test_the_check_says_that_nothing_was_measured(skipx: Skipx, emulated: Path) -> None:
    checked = skipx("check", emulated)
    assert checked.code == 0
    assert "nothing was measured" in " ".join(checked.out.split())
    assert json.loads(skipx("check", emulated, "--json").out)[0]["misleads"] is False
