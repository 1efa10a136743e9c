"""What a runtime or driver call does, by its name.

The join by correlation decides what is a launch; this table only says of which kind, and a call
that launched something under a name that is not here is reported by ``skipx check``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from skipx.records import CallKind, Int8, Int32

# CUDA's runtime prefixes an internal entry with two underscores since nvcc 13
# (__cudaLaunchKernel), and both vendors version a name by a suffix (_v2, _v11060, _ptsz, _spt).
_SUFFIX = r"(?:_v\d+|_ptsz|_ptds|_spt)*$"
_VENDOR = r"^(?:__)?(?:cuda|cu|hip)"

_PATTERNS: tuple[tuple[CallKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(_VENDOR + pattern + _SUFFIX))
    for kind, pattern in (
        (CallKind.GRAPH_LAUNCH, r"GraphLaunch"),
        (
            CallKind.KERNEL_LAUNCH,
            r"(?:ExtModule|Module|Ext|HccModule)?Launch"
            r"(?:Kernel|KernelEx|KernelExC|CooperativeKernel|CooperativeKernelMultiDevice|Grid"
            r"|MultiKernelMultiDevice|ByPtr|GridAsync)?",
        ),
        (CallKind.SYNC, r"(?:Device|Ctx|Stream|Event)?Synchronize"),
        (CallKind.MEMORY, r"(?:Mem|Memory)(?:cpy|set).*"),
    )
)


def kind_of(name: str) -> CallKind:
    """Return the kind of the call ``name``; ``UNKNOWN`` for a vendor's that is in no pattern."""
    for kind, pattern in _PATTERNS:
        if pattern.match(name):
            return kind
    return CallKind.OTHER if re.match(_VENDOR, name) and "Launch" not in name else CallKind.UNKNOWN


def kinds_of(name: Int32, names: Sequence[str]) -> Int8:
    """Return the kind of each call of a column of interned names. Shape ``(n,)``."""
    if len(name) == 0:
        return np.zeros(0, dtype=np.int8)
    table = np.zeros(int(name.max()) + 1, dtype=np.int8)
    for index in np.unique(name):
        table[index] = kind_of(names[index])
    return table[name]
