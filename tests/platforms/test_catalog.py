"""Names to platforms: presets, files, saved platforms, and the one measured on this machine."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from skipx.errors import BadInputError, UsageError
from skipx.platforms import PRESETS, Gpu, Machine, resolve, save, write
from skipx.platforms import saved as saved_module
from skipx.platforms.saved import folder, saved_platforms
from tests.platforms.builders import MACHINE, full_platform, measured_platform


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this machine the one of ``MACHINE``, with an empty folder of saved platforms."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    gpus = [Gpu("NVIDIA A30", "f" * 16), Gpu(MACHINE.gpu, MACHINE.gpu_id)]
    monkeypatch.setattr(saved_module, "installed_gpus", lambda: gpus)
    monkeypatch.setattr(saved_module, "cpu_model", lambda: MACHINE.cpu)


def test_a_platform_is_itself_and_none_is_none() -> None:
    lab = measured_platform(4400)
    assert resolve(lab) is lab
    assert resolve(None) is None


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_its_name(name: str) -> None:
    platform = resolve(name)
    assert platform is not None
    assert platform.name == name


def test_a_path_is_a_file(tmp_path: Path) -> None:
    write(full_platform(), tmp_path / "x.json")
    assert resolve(tmp_path / "x.json") == resolve(str(tmp_path / "x.json")) == full_platform()


def test_a_name_is_a_saved_platform() -> None:
    path = save(full_platform())
    assert path == folder() / "h200-lab.json"
    assert resolve("h200-lab") == full_platform()


@pytest.mark.parametrize("name", ["h300", "../h200-lab", "A B"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError, match=r"no platform named '.*h200-taxbreak"):
        resolve(name)


def test_a_bad_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot read"):
        resolve(tmp_path)


def test_a_saved_platform_is_not_overwritten() -> None:
    save(full_platform())
    with pytest.raises(UsageError, match="exists, will not overwrite it"):
        save(dataclasses.replace(full_platform(), note="new"))
    assert resolve("h200-lab") == full_platform()
    save(dataclasses.replace(full_platform(), note="new"), force=True)
    assert resolve("h200-lab") == dataclasses.replace(full_platform(), note="new")


@pytest.mark.parametrize("name", ["gh200", "../gh200", "a/b", "", "A"])
def test_names_that_cannot_be_saved(name: str) -> None:
    with pytest.raises(UsageError, match=r"is the name of a preset|is no name for a file"):
        save(full_platform(name), force=True)
    assert not folder().exists()


def test_a_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="cannot be made"):
        save(full_platform())


def test_the_folder_is_in_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in ("", "relative/path"):
        monkeypatch.setenv("XDG_DATA_HOME", value)
        assert folder() == tmp_path / ".local" / "share" / "skipx" / "platforms"
    monkeypatch.setenv("XDG_DATA_HOME", "/elsewhere")
    assert folder() == Path("/elsewhere/skipx/platforms")


def test_auto_is_nothing_where_nothing_is_saved() -> None:
    assert resolve("auto") is None
    assert saved_platforms() == []


def test_auto_is_what_was_measured_here() -> None:
    save(full_platform())
    assert resolve("auto") == full_platform()


def test_auto_is_not_for_a_trace_of_another_gpu() -> None:
    save(full_platform())
    assert resolve("auto", devices=["NVIDIA H200", "NVIDIA H200"]) == full_platform()
    assert resolve("auto", devices=["NVIDIA A100-SXM4-80GB"]) is None
    assert resolve("auto", devices=[]) is None


@pytest.mark.parametrize(
    "machine",
    [dataclasses.replace(MACHINE, cpu="another"), dataclasses.replace(MACHINE, gpu="NVIDIA B200")],
    ids=["cpu", "gpu"],
)
def test_auto_is_not_what_was_measured_elsewhere(machine: Machine) -> None:
    save(full_platform(machine=machine))
    assert resolve("auto") is None


def test_a_published_platform_is_never_auto() -> None:
    published = resolve("gh200")
    assert published is not None
    save(dataclasses.replace(published, name="mine", environment=MACHINE))
    save(dataclasses.replace(published, name="theirs"))
    assert resolve("auto") is None
    save(full_platform())
    assert resolve("auto") == full_platform()


def test_this_very_gpu_goes_before_newer_figures_of_another() -> None:
    def saved(name: str, gpu_id: str, date: str) -> None:
        machine = dataclasses.replace(MACHINE, gpu_id=gpu_id, date=date)
        save(full_platform(name, machine))

    saved("sister", "e" * 16, "2026-03-01T00:00:00+00:00")
    saved("unknown", "", "2026-04-01T00:00:00+00:00")
    assert named(resolve("auto")) == "unknown"
    saved("older", MACHINE.gpu_id, "2026-01-01T00:00:00+00:00")
    assert named(resolve("auto")) == "older"
    saved("newer", MACHINE.gpu_id, "2026-02-01T00:00:00+00:00")
    assert named(resolve("auto")) == "newer"


def test_a_broken_file_is_listed_and_matches_nothing() -> None:
    save(full_platform())
    (folder() / "broken.json").write_text("{")
    broken, sound = saved_platforms()
    assert (broken.path.stem, broken.platform) == ("broken", None)
    assert broken.problem.startswith("not JSON")
    assert sound.problem == ""
    assert resolve("auto") == full_platform()
    with pytest.raises(BadInputError, match="not JSON"):
        resolve("broken")


def test_without_saved_platforms_the_machine_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow() -> list[Gpu]:
        raise AssertionError("asked for the GPUs")

    monkeypatch.setattr(saved_module, "installed_gpus", slow)
    assert resolve("auto") is None


def named(platform: object) -> str:
    return str(getattr(platform, "name", None))
