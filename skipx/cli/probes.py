"""What ``skipx doctor`` tries. A probe reports what it meets; none of them raises."""

from __future__ import annotations

import importlib
import platform
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from skipx.cli.cuda_probes import chevron, cuda_driver, cuda_runtime, cupti, nvcc
from skipx.environment import version_of
from skipx.report.doctor_page import Probe

_OLDEST_PYTHON = (3, 11)

# Module, then the distributions that may hold it.
_CORE = {
    "numpy": ("numpy",),
    "pandas": ("pandas",),
    "pyarrow": ("pyarrow",),
    "rich": ("rich",),
    "typer": ("typer",),
}
_DECOMPRESSORS = {"gzip": ("isal.igzip", "isal"), "zstd": ("zstandard", "zstandard")}
# Module, its distributions, the extra that installs it.
_OPTIONAL = {
    "torch": (("torch",), "torch"),
    "transformers": (("transformers",), "torch"),
    "triton": (("triton", "pytorch-triton-rocm"), "torch"),
    "cupy": (("cupy-cuda13x", "cupy-cuda12x", "cupy"), "cu13"),
    "pynvml": (("nvidia-ml-py",), "cu13"),
    "matplotlib": (("matplotlib",), "plot"),
}

EXTRAS = frozenset(extra for _, extra in _OPTIONAL.values()) | {"cu12"}
"""Every extra of skipx that a probe may tell the user to install."""


def run_probes() -> list[Probe]:
    """Return what every probe found, in the order in which it is shown."""
    attempts: list[tuple[str, str, Callable[[], Probe]]] = [
        ("core", "python", _python),
        ("core", "native module", _native_module),
        *(("core", name, lambda n=name, d=d: _core_package(n, d)) for name, d in _CORE.items()),
        *(
            ("core", name, lambda n=name, m=m, d=d: _decompressor(n, m, d))
            for name, (m, d) in _DECOMPRESSORS.items()
        ),
        ("core", "xz", lambda: _decompressor("xz", "lzma", "")),
        *(
            ("optional", name, lambda n=name, d=d, e=e: _optional_package(n, d, e))
            for name, (d, e) in _OPTIONAL.items()
        ),
        ("device", "CUDA driver", cuda_driver),
        ("device", "CUDA runtime", cuda_runtime),
        ("device", "CUPTI", cupti),
        ("device", "nvcc", nvcc),
        ("device", "<<<>>> path", chevron),
        ("device", "platform", _platform),
    ]
    return [_attempted(area, name, attempt) for area, name, attempt in attempts]


def _attempted(area: str, name: str, attempt: Callable[[], Probe]) -> Probe:
    try:
        return attempt()
    except Exception as error:
        # The doctor looks at broken machines: whatever breaks is what it is asked about.
        return Probe(area, name, False, f"{type(error).__name__}: {error}")


def _python() -> Probe:
    works = sys.version_info[:2] >= _OLDEST_PYTHON
    oldest = ".".join(map(str, _OLDEST_PYTHON))
    detail = f"{platform.python_implementation()} {platform.python_version()}"
    return Probe("core", "python", works, detail, "" if works else f"needs {oldest} or newer")


def _native_module() -> Probe:
    try:
        importlib.import_module("skipx._native")
    except ImportError as error:
        fix = "install skipx again; from source it needs a C++20 compiler"
        return Probe("core", "native module", False, str(error), fix)
    return Probe("core", "native module", True, f"of skipx {version_of('skipx')}")


def _core_package(module: str, distributions: Sequence[str]) -> Probe:
    if find_spec(module) is None:
        return Probe("core", module, False, "not installed", f'pip install "{distributions[0]}"')
    return Probe("core", module, True, _first_version(distributions))


def _decompressor(name: str, module: str, distribution: str) -> Probe:
    label = f"{name} traces"
    try:
        importlib.import_module(module)
    except ImportError as error:
        fix = f'pip install "{distribution}"' if distribution else "use a Python built with lzma"
        return Probe("core", label, False, str(error), fix)
    detail = f"{distribution} {version_of(distribution)}" if distribution else "Python's own lzma"
    return Probe("core", label, True, detail)


def _optional_package(module: str, distributions: Sequence[str], extra: str) -> Probe:
    name = module if module != "pynvml" else "nvidia-ml-py"
    if find_spec(module) is None:
        line = f'pip install "skipx[{extra}]"'
        if extra == "cu13":
            line += '  (CUDA 12: "skipx[cu12]")'
        return Probe("optional", name, False, "not installed", line)
    return Probe("optional", name, True, _first_version(distributions))


def _platform() -> Probe:
    # Imported here: the doctor must start where the package itself is broken.
    from skipx.platforms.saved import best_match

    found = best_match()
    if found is None:
        why = "none measured on this machine is saved: floors are estimated from each trace"
        return Probe("device", "platform", False, why, "skipx platforms save FILE")
    return Probe("device", "platform", True, f"{found.name}, measured on this machine")


def _first_version(distributions: Sequence[str]) -> str:
    versions = (version_of(distribution) for distribution in distributions)
    return next((version for version in versions if version), "installed, version unknown")
