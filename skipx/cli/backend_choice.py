"""Where points are measured: what the user asked for, else what this machine has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from skipx.cli.sweeping import say
from skipx.errors import UsageError

if TYPE_CHECKING:
    from skipx.prefill.backend import Backend

AUTO = "auto"


def choose_backend(
    device: str, platforms: Sequence[str], transformers: str | None = None
) -> Backend:
    """Return what answers the points of a command.

    Platforms that are named are emulated. ``auto`` takes a GPU where there is one, and else
    emulates the paper's platforms, which is told on stderr. ``transformers`` is the version of
    the operator streams that are emulated; None: the newest.
    """
    from skipx.platforms.machine import installed_gpus
    from skipx.prefill.backend import PAPER_PLATFORMS, device_backend, emulated_backend

    if platforms and device != AUTO:
        raise UsageError(
            f"--device {device} measures and --platform emulates", hint="give one of them"
        )
    if platforms:
        return emulated_backend(platforms, transformers=transformers)
    if device != AUTO:
        if device != "cpu" and not device.startswith("cuda"):
            raise UsageError(f"no device {device!r}", hint="auto, cpu, cuda or cuda:N")
        return device_backend(device)
    if installed_gpus():
        return device_backend("cuda")
    say_emulating()
    return emulated_backend(PAPER_PLATFORMS, transformers=transformers)


def say_emulating(*, asked: bool = False) -> None:
    """Tell on stderr that the paper's platforms are emulated, and why."""
    from skipx.prefill.backend import PAPER_PLATFORMS

    why = "" if asked else "no GPU here: "
    say(f"{why}emulating {', '.join(PAPER_PLATFORMS)}; nothing is measured")
