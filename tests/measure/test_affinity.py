from __future__ import annotations

import os
from pathlib import Path

import pytest

from skipx.measure.affinity import local_cores, pin_near

BUS = "0000:1B:00.0"


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """Return where pins go; cores 0 to 7 are allowed, 4 to 6 and 9 are near the device."""
    pinned: dict[str, set[int]] = {}
    near = tmp_path / BUS.lower()
    near.mkdir()
    (near / "local_cpulist").write_text("4-6,9\n")
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)))
    monkeypatch.setattr(os, "sched_setaffinity", lambda pid, cores: pinned.update(cores=cores))
    return pinned


def test_the_last_allowed_core_near_the_device(system: dict[str, set[int]], tmp_path: Path) -> None:
    assert local_cores(BUS, tmp_path) == {4, 5, 6, 9}
    assert pin_near(BUS, folder=tmp_path) == 6
    assert system == {"cores": {6}}


def test_any_core_where_the_system_tells_none(system: dict[str, set[int]], tmp_path: Path) -> None:
    assert local_cores("0000:ff:00.0", tmp_path) == set()
    assert pin_near("0000:ff:00.0", folder=tmp_path) == 7


def test_the_core_that_was_asked_for(system: dict[str, set[int]], tmp_path: Path) -> None:
    assert pin_near(BUS, 2, folder=tmp_path) == 2
    assert system == {"cores": {2}}
