"""The pages of the commands name every option and every JSON key, and no option that is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Skipx

DOCS = Path(__file__).resolve().parents[2] / "docs" / "commands"


def page(command: str) -> str:
    return (DOCS / f"{command}.md").read_text()


def commands(shown: str) -> list[str]:
    """The names in the list of commands; a sentence goes on further to the right."""
    return re.findall(r"^  (\S+)", shown.split("Commands:\n")[1], re.MULTILINE)


def test_every_command_has_a_page(skipx: Skipx) -> None:
    assert set(commands(skipx("--help").out)) == {path.stem for path in DOCS.iterdir()}


@pytest.mark.parametrize("group", [[], ["platforms"], ["streams"]])
def test_the_list_of_commands_cuts_no_sentence(skipx: Skipx, group: list[str]) -> None:
    shown = skipx(*group, "--help").out.split("Commands:\n")[1]
    sentences = re.split(r"^  \S+ +", shown, flags=re.MULTILINE)[1:]
    assert sentences
    assert all(re.search(r"\w\.$", sentence.rstrip()) for sentence in sentences)


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "prefill",
        "launch",
        "analyze",
        "check",
        "chains",
        "predict",
        "report",
        "compare",
        "replay",
        "doctor",
    ],
)
def test_pages_name_the_options_of_their_command(skipx: Skipx, command: str) -> None:
    options = set(re.findall(r"--[a-z][a-z-]+", skipx(command, "--help").out)) - {"--help"}
    assert set(re.findall(r"--[a-z][a-z-]+", page(command))) == options


@pytest.mark.parametrize("group", ["platforms", "streams"])
def test_the_page_of_a_group_names_the_options_of_its_commands(skipx: Skipx, group: str) -> None:
    text = page(group)
    options = set()
    for command in commands(skipx(group, "--help").out):
        assert f"skipx {group} {command}" in text
        options |= set(re.findall(r"--[a-z][a-z-]+", skipx(group, command, "--help").out))
    # --platform is what the names are for.
    assert set(re.findall(r"--[a-z][a-z-]+", text)) - {"--platform"} == (
        options - {"--help", "--platform"}
    )


@pytest.mark.parametrize("command", ["analyze", "check", "chains", "predict"])
def test_pages_name_the_json_keys(skipx: Skipx, trace: str, command: str) -> None:
    (one,) = skipx(command, trace, "--json").json()
    missing = [key for key in keys_of(one) if f"`{key}`" not in page(command)]
    assert missing == []


def keys_of(document: dict[str, Any]) -> set[str]:
    """Return the keys, and those of the objects in the lists that the command itself defines."""
    keys = set(document)
    for name in ("lengths", "candidates", "findings", "predictions", "plan"):
        for item in document.get(name, []):
            keys |= set(item)
    return keys
