"""Platform files: what survives them, and every way in which one can be wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skipx.errors import BadInputError, ExitCode, UsageError
from skipx.platforms import Platform, Provenance, load, write
from skipx.platforms.document import from_document, to_document
from tests.platforms.builders import full_platform, measured_platform, platform_with_floor

FULL = to_document(full_platform())


def write_text(folder: Path, content: Any) -> Path:
    path = folder / "platform.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_full_platform_survives_its_file(tmp_path: Path) -> None:
    write(full_platform(), tmp_path / "lab.json")
    assert load(tmp_path / "lab.json") == full_platform()


def test_a_platform_of_which_nothing_is_known_survives_its_file(tmp_path: Path) -> None:
    bare = Platform("bare", Provenance.PUBLISHED, citation="nowhere")
    write(bare, tmp_path / "bare.json")
    assert load(tmp_path / "bare.json") == bare
    assert set(json.loads((tmp_path / "bare.json").read_text())) == {
        *("schema", "version", "name", "provenance", "citation")
    }


def test_unknown_keys_and_a_newer_minor_version_are_read(tmp_path: Path) -> None:
    document = FULL | {"version": "1.9", "weather": {"sun": True}}
    assert load(write_text(tmp_path, document)) == full_platform()


def test_the_first_problem_is_told_and_the_others_counted(tmp_path: Path) -> None:
    path = write_text(tmp_path, FULL | {"name": 5, "citation": "", "queue_depth": []})
    with pytest.raises(BadInputError) as caught:
        load(path)
    assert str(caught.value) == (
        f"{path}: $.name: 5 is not text (and 2 more: see skipx platforms validate)"
    )
    assert caught.value.exit_code is ExitCode.BAD_INPUT


def test_a_newer_major_version_is_refused_whatever_it_holds(tmp_path: Path) -> None:
    path = write_text(tmp_path, {"schema": "skipx.platform", "version": "2.0"})
    with pytest.raises(BadInputError, match=r"version 2\.0 is newer than 1\.x: update skipx$"):
        load(path)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", "[" * 100_000, '{"a": NaN}'])
def test_what_is_no_platform_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInputError, match=r"not JSON|not a platform file"):
        load(write_text(tmp_path, text))


def test_a_number_with_too_many_digits_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not JSON"):
        load(write_text(tmp_path, f'{{"schema": {"9" * 5000}}}'))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "platform.json"
    path.write_bytes(b'{"name": "\xff"}')
    with pytest.raises(BadInputError, match="not UTF-8") as caught:
        load(path)
    assert caught.value.offset == 10


def test_a_folder_is_no_platform_file(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot read the platform file"):
        load(tmp_path)


def test_a_file_that_never_ends_is_refused() -> None:
    with pytest.raises(BadInputError, match="larger than"):
        load("/dev/zero")


def test_an_existing_file_is_replaced_by_force_only(tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    write(full_platform(), path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="exists, will not overwrite it"):
        write(full_platform("other"), path)
    assert path.read_bytes() == before
    write(full_platform("other"), path, force=True)
    assert load(path).name == "other"
    assert list(tmp_path.iterdir()) == [path]


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"platform 'lab': \$\.citation: is missing"):
        write(measured_platform(4400), tmp_path / "lab.json")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let files be made, but nothing be written into them."""

    def write_bytes(self: Path, *args: Any, **options: Any) -> int:
        self.touch()
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", write_bytes)
        yield


@pytest.mark.usefixtures("full_disk")
def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: no space left on device"):
        write(full_platform(), tmp_path / "lab.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full_disk")
def test_a_forced_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "lab.json").write_text("precious")
    with pytest.raises(UsageError, match="cannot be written"):
        write(full_platform(), tmp_path / "lab.json", force=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"precious"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: no such file or directory"):
        write(full_platform(), tmp_path / "absent" / "lab.json")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written: not a directory"):
        write(full_platform(), tmp_path / "file" / "lab.json")


def test_by_call_keys_may_be_any_text() -> None:
    platform = platform_with_floor(Provenance.PUBLISHED, 10, **{"odd name\n": 20})
    assert from_document(to_document(platform)) == platform
