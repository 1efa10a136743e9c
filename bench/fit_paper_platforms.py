"""Fits what the emulator needs of the paper's three platforms to latency ratios of the paper.

``python bench/fit_paper_platforms.py`` prints the fit; ``--write`` puts it into the presets.

Only the eight ``fitted`` targets of ``skipx.emulate.targets`` are looked at. Each
platform has three parameters: host scale, GEMM and bandwidth efficiency. Ratios leave the scale of
time open, so both efficiencies of Intel+H100 are set; the other seven are fitted by least squares
of log ratios, efficiencies no higher than 1.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from skipx.emulate.reproduction import reproduce
from skipx.emulate.targets import AMD, GH200, INTEL, TARGETS, TRANSFORMERS
from skipx.platforms import Definition, Emulation, Platform, Quantity, preset, write
from skipx.platforms.document import to_document

PRESETS = Path(__file__).resolve().parents[1] / "skipx" / "platforms" / "presets"
OP_NS, LAUNCH_NS = 1_000, 6_000
"""An operator and a launch at host scale 1."""
INTEL_GEMM, INTEL_BANDWIDTH = 0.32, 0.95
MEMSETS = {INTEL: 1, AMD: 0, GH200: 1}
START = (2.0, 3.0, 6.0, 0.5, 0.7, 0.7, 0.6)
HIGHEST = (20.0, 20.0, 20.0, 1.0, 1.0, 1.0, 1.0)
FITTED = [target for target in TARGETS if target.fitted]

_PUBLIC = "public traces under PyTorch's profiler"
FLOORS = {
    INTEL: (6_200, f"median over idle launches of two H100 in {_PUBLIC}; see docs/emulator.md"),
    AMD: (12_300, f"median over idle launches of an A100 in {_PUBLIC}; see docs/emulator.md"),
    GH200: (6_600, "assumed: that of the H100, longer by what the launch call is longer"),
}


def platforms(logarithms: np.ndarray) -> dict[str, Platform]:
    """Return the three platforms of a point of the fit; values rounded as they are written."""
    intel, amd, gh200, *rates = np.exp(logarithms)
    amd_gemm, gh200_gemm, amd_bandwidth, gh200_bandwidth = rates
    return {
        INTEL: _platform(INTEL, intel, INTEL_GEMM, INTEL_BANDWIDTH),
        AMD: _platform(AMD, amd, amd_gemm, amd_bandwidth),
        GH200: _platform(GH200, gh200, gh200_gemm, gh200_bandwidth),
    }


def _platform(name: str, scale: float, gemm: float, bandwidth: float) -> Platform:
    targets = "eight latency ratios of SKIP (arXiv 2504.11750): BERT at batch 1, 8, 64, Llama at 16"
    streams = f"operator streams of transformers {TRANSFORMERS}"
    fitted = f"fitted to {targets}; {streams}"
    host = f"{fitted}; one scale for this and the other host figure, in the proportion 1 to 6"
    device = "set, not fitted: ratios leave the scale of time open" if name == INTEL else fitted

    def figure(value: float, definition: Definition, source: str) -> Quantity:
        return Quantity(float(f"{value:.4g}"), definition, source=source)

    emulation = Emulation(
        host_op_ns=figure(scale * OP_NS, Definition.HOST_OP, host),
        host_launch_ns=figure(scale * LAUNCH_NS, Definition.HOST_LAUNCH, host),
        gemm_efficiency=figure(gemm, Definition.GEMM_EFFICIENCY, device),
        bandwidth_efficiency=figure(bandwidth, Definition.BANDWIDTH_EFFICIENCY, device),
        launch_floor_ns=Quantity(FLOORS[name][0], Definition.PROGRAM_T_L, source=FLOORS[name][1]),
        memsets_per_gemm=MEMSETS[name],
    )
    return dataclasses.replace(preset(name), emulation=emulation)


def misses(logarithms: np.ndarray) -> np.ndarray:
    """Return the logarithm of emulated over paper for each fitted target."""
    found = reproduce(FITTED, platforms(logarithms))
    return np.array([math.log(one.emulated / one.target.paper) for one in found])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the presets")
    wanted = parser.parse_args()
    # Values are rounded to four digits, so a step has to be larger than that.
    bounds = (-np.inf, np.log(HIGHEST))
    found = least_squares(misses, np.log(START), diff_step=1e-2, bounds=bounds)
    result = platforms(found.x)
    for platform in result.values():
        print(platform.name, json.dumps(to_document(platform)["emulation"], indent=1))
    for target, miss in zip(FITTED, misses(found.x), strict=True):
        print(
            f"{target.model} b{target.batch} {target.platform}/{target.other} {100 * miss:+.1f} %"
        )
    if wanted.write:
        for platform in result.values():
            write(platform, PRESETS / f"{platform.name}.json", force=True)


if __name__ == "__main__":
    main()
