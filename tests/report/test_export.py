from __future__ import annotations

import csv
import errno
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipx.errors import UsageError
from skipx.metrics.result import Metrics
from skipx.new_file import write_new
from skipx.report.export import check_writable, csv_text, parquet_bytes
from skipx.report.result_sheets import analysis_sheets, chains_sheets, findings_sheets
from skipx.report.sheets import Sheet, columns_of
from skipx.report.stamp import Stamp
from tests.report.results import (
    FINDINGS,
    HOSTILE,
    LONG,
    analysis,
    chain_analysis,
    metrics,
    no_metrics,
)

STAMP = Stamp.here("analysis", ["skipx", "analyze", "a b.json"])
SHEETS: dict[str, Sheet] = {
    **analysis_sheets([analysis(), analysis(total=no_metrics(), synthetic=True)]),
    **chains_sheets([chain_analysis()]),
    **findings_sheets([("f.json", False, FINDINGS)]),
}

every_sheet = pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_parquet(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


@every_sheet
def test_parquet_returns_every_value(sheet: Sheet) -> None:
    table = read_parquet(parquet_bytes(sheet, STAMP))
    assert table.column_names == list(sheet.columns)
    assert table.to_pylist() == [
        {name: row.get(name) for name in sheet.columns} for row in sheet.rows
    ]


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    sheet = Sheet({"name": str, "ns": int}, [{"name": "=cmd|' /C calc'!A0", "ns": -5}])
    (row,) = read_csv(csv_text(sheet, STAMP))
    assert (row["name"], row["ns"]) == ("'=cmd|' /C calc'!A0", "-5")


@every_sheet
def test_csv_returns_every_value(sheet: Sheet) -> None:
    rows = read_csv(csv_text(sheet, STAMP))
    assert len(rows) == len(sheet.rows)
    for got, row in zip(rows, sheet.rows, strict=True):
        for name, kind in sheet.columns.items():
            value = row.get(name)
            if value is None:
                assert got[name] == ""
            elif kind is bool:
                assert got[name] == str(value)
            else:
                assert kind(got[name]) == value


def test_hostile_names_survive_as_they_are_but_for_lone_surrogates() -> None:
    valid = HOSTILE.replace("\ud800", "\N{REPLACEMENT CHARACTER}")
    names = {row["name"] for row in read_csv(csv_text(SHEETS["top_kernels"], STAMP))}
    assert {LONG, valid} <= names


def test_columns_keep_their_types_without_values() -> None:
    def types(total: Metrics) -> list[pa.DataType]:
        sheet = analysis_sheets([analysis(total=total)])["metrics"]
        return list(read_parquet(parquet_bytes(sheet, STAMP)).schema.types)

    assert types(metrics()) == types(no_metrics())
    assert pa.null() not in types(no_metrics())


def test_nested_records_become_flat_columns() -> None:
    columns = columns_of(Metrics)
    assert columns["kernels"] is int
    assert columns["akd_ns"] is float
    assert columns["t_l_p50"] is int
    assert columns["tax_framework_ns"] is int
    assert columns["bound"] is str
    assert columns["bound_queue_margin_ns"] is int


def test_breakdowns_have_a_row_for_each_part_of_each_axis() -> None:
    rows = analysis_sheets([analysis()])["breakdowns"].rows
    counted = {axis: sum(row["by"] == axis for row in rows) for axis in ("region", "thread")}
    assert counted == {"region": 3, "thread": 2}


def test_csv_carries_its_stamp() -> None:
    row = read_csv(csv_text(SHEETS["metrics"], STAMP))[0]
    assert row["skipx_schema"] == "skipx.analysis/1"
    assert json.loads(row["skipx_command"]) == ["skipx", "analyze", "a b.json"]
    assert set(json.loads(row["skipx_environment"])) == {"skipx", "python", "numpy", "platform"}


def test_parquet_carries_its_stamp() -> None:
    metadata = read_parquet(parquet_bytes(SHEETS["lengths"], STAMP)).schema.metadata
    assert json.loads(metadata[b"skipx"]) == STAMP.to_dict()


def test_existing_files_are_kept_without_force(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_new(path, b"one", force=False)
    with pytest.raises(UsageError, match="will not overwrite"):
        write_new(path, b"two", force=False)
    assert path.read_bytes() == b"one"
    write_new(path, b"three", force=True)
    assert path.read_bytes() == b"three"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_write_that_fails_leaves_things_as_they_were(
    tmp_path: Path, force: bool, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.json"
    if force:
        path.write_bytes(b"old")

    def full(self: Path, argument: object) -> None:
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(UsageError, match="cannot be written: no space left"):
        write_new(path, b"new", force=force)
    monkeypatch.undo()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == (
        {"out.json": b"old"} if force else {}
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("out.xlsx", "unknown kind"),
        ("out", "unknown kind"),
        ("folder.csv", "is a directory"),
        ("old.csv", "will not overwrite"),
        ("absent/out.csv", "does not exist"),
    ],
)
def test_bad_output_names_are_refused_early(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "old.csv").touch()
    with pytest.raises(UsageError, match=problem):
        check_writable(tmp_path / name, force=False)
