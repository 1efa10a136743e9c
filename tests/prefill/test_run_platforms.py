"""Which platforms' figures belong to a run folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from skipx.platforms import preset, write
from skipx.prefill.backend import platform_digest
from skipx.prefill.folder import PLATFORM, RunFolder
from skipx.prefill.point import Point
from skipx.prefill.run_platforms import RunPlatforms, run_platforms
from tests.platforms.builders import full_platform
from tests.prefill.fakes import fake_outcome


def folder_of(path: Path, points: list[Point], **digests: str) -> Path:
    """Return a run folder of points on platforms that had these digests."""
    with RunFolder.open(path / "run", {}, ["skipx", "run"]) as folder:
        for point in points:
            settings = {"platform": digests.get(point.platform.replace("-", "_"), "")}
            folder.keep(fake_outcome(point), settings)
    return path / "run"


def test_emulated_platforms_are_found_by_name_in_the_order_of_the_points(tmp_path: Path) -> None:
    points = [Point("gpt2", b, 16, platform=p) for p in ("gh200", "amd-a100") for b in (1, 2)]
    digests = {name: platform_digest(preset(name)) for name in ("gh200", "amd-a100")}
    folder = folder_of(tmp_path, points, gh200=digests["gh200"], amd_a100=digests["amd-a100"])
    found = run_platforms(folder, points)
    assert [platform.name for platform in found.emulated] == ["gh200", "amd-a100"]
    assert found.unknown == ()


def test_figures_that_changed_since_the_run_are_not_shown(tmp_path: Path) -> None:
    point = Point("gpt2", 1, 16, platform="gh200")
    found = run_platforms(folder_of(tmp_path, [point], gh200="other"), [point])
    assert found.emulated == ()
    assert found.unknown == ("The figures of the platform gh200 are not those of this run.",)


def test_a_platform_that_is_nowhere_is_named(tmp_path: Path) -> None:
    point = Point("gpt2", 1, 16, platform="moon")
    found = run_platforms(folder_of(tmp_path, [point]), [point])
    assert found.emulated == ()
    assert found.unknown == ("The platform moon is not known here.",)


def test_a_measured_platform_is_that_of_the_folder(tmp_path: Path) -> None:
    point = Point("gpt2", 1, 16)
    folder = folder_of(tmp_path, [point])
    assert run_platforms(folder, [point]) == RunPlatforms()
    platform = full_platform()
    write(platform, folder / PLATFORM)
    assert run_platforms(folder, [point]) == RunPlatforms(measured=platform)


@pytest.mark.parametrize("name", ["gh200", "moon"])
def test_a_platform_counts_once(tmp_path: Path, name: str) -> None:
    points = [Point(model, 1, 16, platform=name) for model in ("gpt2", "toy")]
    found = run_platforms(folder_of(tmp_path, points), points)
    assert len(found.emulated) + len(found.unknown) == 1
