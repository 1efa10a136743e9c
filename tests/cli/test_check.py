from __future__ import annotations

import csv
from pathlib import Path

from tests.cli.conftest import Skipx
from tests.cli.kineto_file import events, orphan, write_trace
from tests.report.rendering import controls, widest

HOSTILE_ORPHAN = "[red]x[/red]\x1b[31m" + "long" * 99


def test_a_sound_trace_passes(skipx: Skipx, trace: str) -> None:
    result = skipx("check", trace)
    assert result.code == 0
    assert "Metrics hold" in result.out


def test_a_misleading_trace_fails_and_says_why(skipx: Skipx, tmp_path: Path) -> None:
    rows = [orphan(HOSTILE_ORPHAN) | {"ts": 900 + i} for i in range(12)]
    path = write_trace(tmp_path / "orphans.json", [*rows, *events()])
    result = skipx("check", path)
    assert result.code == 1
    assert "Metrics would mislead" in result.out
    assert "orphan" in result.out
    assert widest(result.out) <= 80
    assert controls(result.out) == set()


def test_a_truncated_trace_is_checked_to_its_end(skipx: Skipx, tmp_path: Path) -> None:
    path = write_trace(tmp_path / "cut.json", truncate=True)
    result = skipx("check", path, "--json")
    assert result.code in (0, 1)
    (one,) = result.json()
    assert one["counts"]["truncated_at"] is not None
    assert one["findings"]


def test_json_tells_the_verdict_of_each_trace(skipx: Skipx, trace: str, tmp_path: Path) -> None:
    bad = write_trace(tmp_path / "bad.json", [orphan()] * 20 + events())
    result = skipx("check", trace, bad, "--json")
    assert result.code == 1
    assert [one["misleads"] for one in result.json()] == [False, True]
    for one in result.json():
        assert one["skipx"]["schema"] == "skipx.check/1"
        for finding in one["findings"]:
            assert set(finding) == {"check", "severity", "count", "example", "consequence"}


def test_unreadable_outranks_misleading(skipx: Skipx, tmp_path: Path) -> None:
    bad = write_trace(tmp_path / "bad.json", [orphan()] * 20 + events())
    result = skipx("check", bad, tmp_path / "absent.json")
    assert result.code == 3
    assert "Metrics would mislead" in result.out


def test_findings_export(skipx: Skipx, tmp_path: Path) -> None:
    bad = write_trace(tmp_path / "bad.json", [orphan()] * 20 + events())
    assert skipx("check", bad, "-o", tmp_path / "out.csv").code == 1
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert "error" in {row["severity"] for row in rows}
