"""Saved traces: what is written is read again, by this version and by others."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from skipx.errors import BadInputError
from skipx.records import Trace
from skipx.sources.saved import load_trace, save_trace
from tests.builders import TraceBuilder


def two_launches() -> Trace:
    builder = TraceBuilder().op("aten::mm", 0, 200)
    return builder.launch("a", at=0, latency=9, dur=5).launch("b", at=50, latency=9, dur=5).build()


def stamped() -> Trace:
    trace = two_launches()
    stamps = {"queued": np.array([3, 54]), "submitted": np.array([5, 56])}
    return dataclasses.replace(trace, activities=dataclasses.replace(trace.activities, **stamps))


@pytest.mark.parametrize("trace", [two_launches(), stamped()], ids=["plain", "with timestamps"])
def test_a_trace_survives(trace: Trace, tmp_path: Path) -> None:
    save_trace(trace, tmp_path / "saved")
    again = load_trace(tmp_path / "saved")
    for label in ("ops", "calls", "activities", "regions"):
        before, after = (getattr(one, label).columns() for one in (trace, again))
        assert before.keys() == after.keys()
        for name in before:
            assert before[name].dtype == after[name].dtype
            np.testing.assert_array_equal(before[name], after[name])
    assert again.names == trace.names
    assert again.source == trace.source


def test_an_older_trace_has_no_timestamps(tmp_path: Path) -> None:
    save_trace(two_launches(), tmp_path / "saved")
    edit_header(tmp_path / "saved", version=[1, 0])
    again = load_trace(tmp_path / "saved")
    assert again.activities.queued is None
    assert again.activities.submitted is None


def test_columns_and_minor_versions_to_come_are_left_alone(tmp_path: Path) -> None:
    save_trace(stamped(), tmp_path / "saved")
    path = tmp_path / "saved" / "activities.parquet"
    table = pq.read_table(path)
    pq.write_table(table.append_column("to_come", table.column("begin")), path)
    edit_header(tmp_path / "saved", version=[1, 99])
    again = load_trace(tmp_path / "saved")
    assert again.activities.queued is not None
    assert again.activities.queued.tolist() == [3, 54]


def test_a_newer_major_version_is_refused(tmp_path: Path) -> None:
    save_trace(two_launches(), tmp_path / "saved")
    edit_header(tmp_path / "saved", version=[2, 0])
    with pytest.raises(BadInputError, match="written by a newer skipx"):
        load_trace(tmp_path / "saved")


def test_a_missing_column_is_bad_input(tmp_path: Path) -> None:
    save_trace(two_launches(), tmp_path / "saved")
    path = tmp_path / "saved" / "activities.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["stream"]), path)
    with pytest.raises(BadInputError, match="not a saved table"):
        load_trace(tmp_path / "saved")


def edit_header(folder: Path, **entries: object) -> None:
    path = folder / "trace.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **entries}))
