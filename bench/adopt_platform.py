"""Makes the platform that a battery measured a preset of skipx, marked measured.

    python bench/adopt_platform.py bench/results/nvidia-h200 [--name NAME]

Copies the folder's platform.json to skipx/platforms/presets/NAME.json, where skipx finds it. What
was not measured on a device, or is not a valid platform file, is refused with exit code 3.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from battery.state import STATE

from skipx.errors import BadInputError, SkipxError
from skipx.platforms import Platform, load, write

ROOT = Path(__file__).resolve().parents[1]
PRESETS = ROOT / "skipx" / "platforms" / "presets"


def main() -> int:
    options = _options()
    try:
        file = adopt(options.results, options.presets, options.name)
    except SkipxError as error:
        print(f"adopt_platform: error: {error}", file=sys.stderr)
        return int(error.exit_code)
    print(f"wrote {file}")
    return 0


def adopt(results: Path, presets: Path, name: str = "") -> Path:
    """Write the preset of a battery's folder, and return its file.

    Raises ``BadInputError`` where the folder's platform was not measured on a device, and
    ``UsageError`` where a preset of published figures bears the name.
    """
    platform = measured_platform(results)
    platform = dataclasses.replace(
        platform,
        name=name or platform.name,
        citation=f"skipx launch, bench/results/{results.resolve().name}",
    )
    path = presets / f"{platform.name}.json"
    # A preset that was measured gives way to a newer one, a published one to nothing.
    write(platform, path, force=path.exists() and load(path).measured)
    return path


def measured_platform(results: Path) -> Platform:
    """Return the platform in a battery's folder; ``BadInputError`` where no device measured it."""
    where = str(results / STATE)
    try:
        state = json.loads((results / STATE).read_text())
        synthetic, stage = state["synthetic"], state["outcomes"]["platform"]["status"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"no state of a battery: {error!r}", where=where) from error
    if synthetic:
        raise BadInputError("measured on stand-ins, not on a device", where=where)
    if stage != "passed":
        raise BadInputError(f"the stage platform is {stage!r}, not 'passed'", where=where)
    platform = load(results / "platform.json")
    if not platform.measured:
        raise BadInputError("its figures are not measured", where=str(results / "platform.json"))
    return platform


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("results", type=Path, help="a folder that gpu_battery.py left")
    parser.add_argument("--name", default="", help="of the preset; default: the platform's own")
    parser.add_argument("--presets", type=Path, default=PRESETS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
