"""Makes the terminal pictures of the documentation from what the commands really print.

python docs/img/make_terminal.py
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COLUMNS = 80
EXAMPLE = "skipx/examples/synthetic_prefill.json.gz"
PICTURES = {
    "analyze.svg": f"skipx analyze {EXAMPLE}",
    "chains.svg": f"skipx chains {EXAMPLE}",
    "prefill.svg": "skipx prefill bert-base-uncased --platform gh200 -o out/bert --force",
}
# Without the web font that rich would load: a picture must not depend on the network.
SVG = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def run_in_terminal(command: str) -> str:
    """Return what ``command`` writes to a terminal of 80 columns, colours and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
    program, *arguments = shlex.split(command)
    child = subprocess.Popen(
        [str(Path(sys.executable).with_name(program)), *arguments],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
    )
    os.close(theirs)
    written = b""
    # Linux reports that the other end of a terminal was closed as an error.
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            written += piece
    os.close(ours)
    if child.wait():
        raise SystemExit(f"{command} ended with exit code {child.returncode}")
    return written.decode().replace("\r\n", "\n")


def picture(command: str) -> str:
    """Return an SVG of a terminal in which ``command`` was run."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor")
    console.print(Text.assemble(("$ ", "bold green"), command))
    console.print(Text.from_ansi(run_in_terminal(command)))
    name = command.split()[1]
    return console.export_svg(title=f"skipx {name}", code_format=SVG, unique_id=f"skipx-{name}")


def main() -> None:
    """Write every picture beside this file."""
    (ROOT / "out").mkdir(exist_ok=True)
    for name, command in PICTURES.items():
        (HERE / name).write_text(picture(command), encoding="utf-8")


if __name__ == "__main__":
    main()
