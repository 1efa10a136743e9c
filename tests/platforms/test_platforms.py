"""Platform files: presets, reading, and every way in which a file can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import BadInputError, ExitCode, UsageError
from skipx.platforms import PRESETS, Platform, Provenance, load, resolve

LAB = Platform(
    name="lab",
    provenance=Provenance.MEASURED,
    launch_floor_ns=4400,
    launch_floor_by_call={"cudaGraphLaunch": 9000},
    gap_ns=900,
    citation="skipx launch",
)


def write(folder: Path, content: Any) -> Path:
    path = folder / "platform.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize(("name", "floor"), [("h100-taxbreak", 4578), ("h200-taxbreak", 4452)])
def test_presets_are_published_figures(name: str, floor: int) -> None:
    platform = resolve(name)
    assert platform is not None
    assert platform.name == name
    assert platform.launch_floor_ns == floor
    assert platform.provenance is Provenance.PUBLISHED
    assert "2603.12465" in platform.citation


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_valid_file_of_its_name(name: str) -> None:
    platform = resolve(name)
    assert platform is not None
    assert platform.name == name


def test_a_platform_survives_its_file(tmp_path: Path) -> None:
    path = write(tmp_path, LAB.to_dict())
    assert load(path) == LAB
    assert resolve(path) == resolve(str(path)) == LAB


def test_optional_keys_may_be_absent_and_unknown_ones_present(tmp_path: Path) -> None:
    content = LAB.to_dict() | {"queue_depth": 1024, "launch_floor_ns": {"default": 5}}
    del content["gap_ns"]
    platform = load(write(tmp_path, content))
    assert (platform.launch_floor_ns, platform.gap_ns) == (5, None)
    assert platform.launch_floor_by_call == {}


def test_no_platform_and_auto_leave_the_floor_to_the_trace() -> None:
    assert resolve(None) is None
    assert resolve("auto") is None
    assert resolve(LAB) is LAB


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no platform named 'h300'.*h200-taxbreak"):
        resolve("h300")


def test_a_newer_minor_version_is_read(tmp_path: Path) -> None:
    assert load(write(tmp_path, LAB.to_dict() | {"version": "1.9"})) == LAB


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"version": "2.0"}, "version 2.0 is newer than 1.x"),
        ({"version": 1}, "is not MAJOR.MINOR"),
        ({"version": "new"}, "is not MAJOR.MINOR"),
        ({"version": None}, "is not MAJOR.MINOR"),
        ({"schema": "skipx.trace"}, 'schema is not "skipx.platform"'),
        ({"provenance": "guessed"}, "provenance 'guessed' is not one of measured, published"),
        ({"provenance": 3}, "provenance is missing or not text"),
        ({"name": None}, "name is missing or not text"),
        ({"launch_floor_ns": 4400}, "launch_floor_ns is missing or not an object"),
        ({"launch_floor_ns": {}}, "launch_floor_ns.default is not a whole number"),
        ({"launch_floor_ns": {"default": 4.5}}, "launch_floor_ns.default is not a whole number"),
        ({"launch_floor_ns": {"default": -1}}, "launch_floor_ns.default is not a whole number"),
        ({"launch_floor_ns": {"default": True}}, "launch_floor_ns.default is not a whole number"),
        ({"launch_floor_ns": {"default": 2**63}}, "launch_floor_ns.default is not a whole"),
        ({"launch_floor_ns": {"default": 1, "by_call": [1]}}, "by_call is not an object"),
        ({"launch_floor_ns": {"default": 1, "by_call": {"f": "x"}}}, "by_call.f is not a whole"),
        ({"gap_ns": "900"}, "gap_ns is not a whole number"),
    ],
)
def test_wrong_content(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    path = write(tmp_path, LAB.to_dict() | change)
    with pytest.raises(BadInputError, match=complaint) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert caught.value.exit_code is ExitCode.BAD_INPUT


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", "[" * 100_000])
def test_what_is_no_platform_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInputError, match=r"not JSON|not a platform file"):
        load(write(tmp_path, text))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "platform.json"
    path.write_bytes(b'{"name": "\xff"}')
    with pytest.raises(BadInputError, match="not UTF-8") as caught:
        load(path)
    assert caught.value.offset == 10


def test_a_folder_is_no_platform_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot read the platform file"):
        resolve(tmp_path)
