"""Kernel names without their template arguments, so that instances count as one kernel."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"operator(?:<=>|<<|>>|<=|>=|<|>|->|\(\))|\(anonymous namespace\)|->|[<>(]|.", re.S
)


def collapse_templates(kernel: str) -> str:
    """Return a demangled name without template arguments, parameters and ``void``.

    ``void at::native::reduce<512, Sum<float> >(Params)`` becomes ``at::native::reduce``; a name
    that is no C++ declaration stays as it is.
    """
    kept: list[str] = []
    depth = 0
    for token in _TOKEN.findall(kernel):
        if token == "<":
            depth += 1
        elif token == ">" and depth:
            depth -= 1
        elif depth == 0:
            if token == "(":
                break
            kept.append(token)
    name = "".join(kept).strip().removeprefix("void ")
    return name if name and depth == 0 else kernel
