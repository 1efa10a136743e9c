from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import skipx

HEAVY = ["cupy", "dask", "matplotlib", "pandas", "pyarrow", "pynvml", "torch", "transformers"]


def modules_after(code: str) -> set[str]:
    """Return the modules that a fresh interpreter holds after running ``code``."""
    code += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_version_is_the_distributions() -> None:
    assert skipx.__version__ == importlib.metadata.version("skipx")


def test_native_module_is_of_the_same_version() -> None:
    from skipx import _native

    assert _native.__version__ == skipx.__version__


@pytest.mark.parametrize("name", skipx.__all__)
def test_each_public_name_can_be_had(name: str) -> None:
    assert getattr(skipx, name).__doc__


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        skipx.no_such_name  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    assert modules_after("import skipx") & {*HEAVY, "numpy", "rich", "typer"} == set()


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from skipx.cli.main import main\n"
        "sys.argv = ['skipx', '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code"
    )
    assert modules_after(code) & {*HEAVY, "numpy"} == set()


def test_command_is_installed() -> None:
    (script,) = (
        entry
        for entry in importlib.metadata.distribution("skipx").entry_points
        if entry.group == "console_scripts"
    )
    assert script.name == "skipx"
    assert callable(script.load())


def test_every_extra_that_a_message_names_is_there() -> None:
    package = Path(skipx.__file__).parent
    sources = "".join(path.read_text() for path in package.rglob("*.py"))
    named = set(re.findall(r"skipx\[(\w+)\]", sources))
    extras = importlib.metadata.metadata("skipx").get_all("Provides-Extra") or []
    assert named
    assert named <= set(extras)


def test_package_tells_type_checkers_of_its_types() -> None:
    package = Path(skipx.__file__).parent
    assert (package / "py.typed").is_file()
    assert (package / "_native.pyi").is_file()
