from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from skipx.platforms import PRESETS, Gpu, load, preset, save, write
from skipx.platforms import saved as saved_module
from skipx.platforms.document import to_document
from skipx.platforms.saved import folder
from tests.cli.conftest import Skipx
from tests.platforms.builders import MACHINE, full_platform
from tests.report.rendering import controls, widest


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this machine the one of ``MACHINE``, with an empty folder of saved platforms."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(saved_module, "installed_gpus", lambda: [Gpu(MACHINE.gpu, MACHINE.gpu_id)])
    monkeypatch.setattr(saved_module, "cpu_model", lambda: MACHINE.cpu)


@pytest.fixture
def full(tmp_path: Path) -> Path:
    write(full_platform(), tmp_path / "full.json")
    return tmp_path / "full.json"


def test_list(skipx: Skipx) -> None:
    result = skipx("platforms", "list")
    assert result.code == 0
    assert all(name in result.out for name in PRESETS)
    assert "auto: an estimate from each trace" in result.out
    assert "saved in ~/data/skipx/platforms" in result.out
    assert widest(result.out) <= 80


def test_list_marks_what_auto_is_and_what_is_broken(skipx: Skipx) -> None:
    save(full_platform())
    save(full_platform("elsewhere", dataclasses.replace(MACHINE, cpu="another")))
    (folder() / "broken.json").write_text('{"x": "\\u001b[31m')
    document = skipx("platforms", "list", "--json").json()
    assert document["skipx"]["schema"] == "skipx.platforms/1"
    rows = {row["name"]: row for row in document["platforms"]}
    assert [name for name, row in rows.items() if row["auto"]] == ["h200-lab"]
    assert rows["h200-lab"]["launch_floor_ns"] == 4452
    assert rows["h200-lab"]["kind"] == "saved"
    assert rows["gh200"]["launch_floor_ns"] is None
    assert rows["broken"]["problem"].startswith("not JSON")
    shown = skipx("platforms", "list", "-v")
    assert shown.code == 0
    assert "auto: h200-lab" in shown.out
    assert controls(shown.out) == set()


def test_list_exports(skipx: Skipx, tmp_path: Path) -> None:
    assert skipx("platforms", "list", "-o", tmp_path / "out.csv").code == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        assert {row["name"] for row in csv.DictReader(file)} == set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_show_a_preset_says_that_it_is_not_measured(skipx: Skipx, name: str) -> None:
    result = skipx("platforms", "show", name)
    assert result.code == 0
    assert "PUBLISHED" in result.out
    assert "not measured" in result.out
    assert preset(name).citation.split(":")[0] in result.out
    assert widest(result.out) <= 80


def test_show_everything(skipx: Skipx, full: Path) -> None:
    result = skipx("platforms", "show", full)
    assert "MEASURED" in result.out
    assert "gap_ns.kernel_memset" in result.out
    assert "2 launch paths: -v shows them" in result.out
    assert widest(result.out) <= 80
    paths = skipx("platforms", "show", full, "-v").out
    assert "Launch paths" in paths
    assert "100 nodes" in paths
    assert widest(paths) <= 80


def test_what_is_shown_as_json_is_the_platform_file(
    skipx: Skipx, full: Path, tmp_path: Path
) -> None:
    document = skipx("platforms", "show", full, "--json").json()
    assert document.pop("skipx")["schema"] == "skipx.platform/1"
    assert document == to_document(full_platform())
    assert skipx("platforms", "show", full, "-o", tmp_path / "copy.json").code == 0
    assert load(tmp_path / "copy.json") == full_platform()


def test_figures_export(skipx: Skipx, full: Path, tmp_path: Path) -> None:
    for suffix in ("csv", "parquet"):
        assert skipx("platforms", "show", full, "-o", tmp_path / f"out.{suffix}").code == 0
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    with (tmp_path / "out.csv").open(newline="") as file:
        assert [row["figure"] for row in csv.DictReader(file)] == [row["figure"] for row in rows]
    by_figure = {row["figure"]: row for row in rows}
    floor = by_figure["launch_floor_ns.default"]
    assert (floor["value"], floor["unit"], floor["definition"]) == (4452, "ns", "t_l")
    assert json.loads(floor["flagged"]) == {"overhead": 3}
    assert by_figure["launch_paths[1].period_ns"]["value"] == 12_000
    written = json.dumps(to_document(full_platform()))
    assert len(rows) == written.count('"definition"')


def test_show_auto(skipx: Skipx) -> None:
    result = skipx("platforms", "show", "auto")
    assert (result.code, result.out) == (2, "")
    assert "no platform measured on this machine is saved" in result.err
    save(full_platform())
    assert "h200-lab" in skipx("platforms", "show", "auto").out


def test_hostile_texts_are_inert(skipx: Skipx, tmp_path: Path) -> None:
    evil = "[red]x[/red]\x1b[31m\u202e\n"
    document: dict[str, Any] = to_document(full_platform()) | {"citation": evil, "note": evil}
    document["environment"] |= {"gpu": evil, "cpu": evil, "driver": evil}
    document["hardware"] |= {"gpu": evil}
    document["launch_paths"][0] |= {"path": evil, "stream": evil}
    document["launch_floor_ns"]["by_call"][evil] = document["launch_floor_ns"]["default"]
    document[evil] = evil
    (tmp_path / "evil.json").write_text(json.dumps(document))
    for command in (["show", "-v"], ["validate"]):
        result = skipx("platforms", *command, tmp_path / "evil.json")
        assert result.code == 0
        assert controls(result.out) == set()
    assert skipx("platforms", "save", tmp_path / "evil.json").code == 0
    result = skipx("platforms", "list", "-v")
    assert result.code == 0
    assert controls(result.out) == set()


def test_validate(skipx: Skipx, full: Path, tmp_path: Path) -> None:
    result = skipx("platforms", "validate", full)
    assert (result.code, "A valid platform file." in result.out) == (0, True)
    document = to_document(full_platform()) | {"queue_dept": 1}
    document["queue_depth"]["definition"] = "call"
    del document["citation"]
    (tmp_path / "bad.json").write_text(json.dumps(document))
    result = skipx("platforms", "validate", full, tmp_path / "bad.json")
    assert result.code == 1
    assert "Not a valid platform file: 2 problems." in result.out
    assert "$.citation: is missing" in result.out
    assert '$.queue_depth.definition: "call" is not "queue_depth"' in result.out


def test_keys_that_are_not_known_are_told(skipx: Skipx, tmp_path: Path) -> None:
    document = to_document(full_platform()) | {"queue_dept": 1}
    document["graph"]["gap"] = 3
    document["launch_paths"][1]["node"] = 3
    (tmp_path / "odd.json").write_text(json.dumps(document))
    result = skipx("platforms", "validate", tmp_path / "odd.json", "--json")
    assert result.code == 0
    (one,) = result.json()
    assert one["valid"] is True
    assert {note["path"] for note in one["notes"]} == {
        *("$.queue_dept", "$.graph.gap", "$.launch_paths[1].node")
    }


def test_problems_export(skipx: Skipx, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"schema": "skipx.platform", "version": "2.0"}')
    path = tmp_path / "out.csv"
    assert skipx("platforms", "validate", tmp_path / "bad.json", "-o", path).code == 1
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["kind"], row["path"]) == ("problem", "$.version")
    assert "newer" in row["what"]


def test_unreadable_outranks_invalid(skipx: Skipx, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    result = skipx("platforms", "validate", tmp_path / "absent.json", tmp_path / "bad.json")
    assert result.code == 3
    assert "cannot read the platform file" in result.err
    assert "Not a valid platform file: 1 problem." in result.out


def test_save(skipx: Skipx, full: Path) -> None:
    result = skipx("platforms", "save", full)
    assert (result.code, result.err) == (0, "")
    assert "Saved h200-lab as ~/data/skipx/platforms/h200-lab.json." in result.out
    assert load(folder() / "h200-lab.json") == full_platform()
    again = skipx("platforms", "save", full)
    assert (again.code, again.out) == (2, "")
    assert "will not overwrite" in again.err
    forced = skipx("platforms", "save", full, "--force", "--json")
    assert forced.json()["file"] == "~/data/skipx/platforms/h200-lab.json"


@pytest.mark.parametrize(("command", "code"), [("show", 3), ("save", 3)])
def test_a_file_with_problems(skipx: Skipx, tmp_path: Path, command: str, code: int) -> None:
    (tmp_path / "bad.json").write_text("{}")
    result = skipx("platforms", command, tmp_path / "bad.json")
    assert (result.code, result.out) == (code, "")
    assert "$.schema: not a platform file" in result.err


def test_without_a_command_it_is_help(skipx: Skipx) -> None:
    result = skipx("platforms")
    assert result.code == 0
    assert "validate" in result.out


@pytest.mark.parametrize(
    "arguments",
    [["nosuch"], ["show"], ["show", "nosuch"], ["validate"], ["save", "x", "-o", "y.json"]],
    ids=" ".join,
)
def test_usage_errors(skipx: Skipx, arguments: list[str]) -> None:
    result = skipx("platforms", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("skipx: error: ")
