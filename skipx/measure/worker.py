"""The measuring process: ``python -m skipx.measure.worker``, a plan on stdin, results on stdout."""

from __future__ import annotations

import os
import sys

from skipx.errors import SkipxError
from skipx.measure.plan import Message, Plan
from skipx.measure.session import run


def main() -> int:
    """Run the plan of stdin; the last line tells how it ended."""
    # Hundreds of short profiles are made here, and some versions of PyTorch log each.
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")
    # What libraries print must not get between the results.
    with os.fdopen(os.dup(1), "w", buffering=1) as results:
        os.dup2(2, 1)
        try:
            for message in run(Plan.from_json(sys.stdin.readline())):
                results.write(message.to_line())
        except SkipxError as error:
            content = {"type": type(error).__name__, "what": error.what, "hint": error.hint}
            results.write(Message("error", content).to_line())
            return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
