"""Say in one line what the system lacks to build skipx; exit code 4 if anything."""

import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path


def missing():
    """Yield the name of each missing thing and the Debian package that has it."""
    if sys.version_info < (3, 11):
        yield f"Python 3.11 or newer (this is {sys.version.split()[0]}; see PYTHON=)", "python3"
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        yield "the venv module of Python", "python3-venv"
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        yield "the headers of Python", "python3-dev"
    compilers = os.environ.get("CXX", "").split()[:1] or ["c++", "g++", "clang++"]
    if not any(map(shutil.which, compilers)):
        yield "a C++ compiler", "g++"


lacking = list(missing())
if lacking:
    names = ", ".join(what for what, _ in lacking)
    packages = " ".join(package for _, package in lacking)
    print(f"skipx needs {names}. On Debian: apt-get install {packages}", file=sys.stderr)
    sys.exit(4)
