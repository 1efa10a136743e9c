"""What the README says is so: its links, its targets, its commands, its example, its pictures."""

from __future__ import annotations

import doctest
import html
import importlib.util
import re
from pathlib import Path

import pytest

from skipx.cli.main import app, run

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "docs" / "README.md", ROOT / "bench" / "README.md"]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert not broken


def test_python_example_does_what_it_shows() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried >= 8
    assert failed == 0


def test_every_command_is_listed() -> None:
    listed = re.findall(r"\[`skipx (\w+)`\]", (ROOT / "README.md").read_text())
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        names.append(str(group.typer_instance.info.name))
    assert sorted(listed) == sorted(names)


def test_make_targets_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+) +#", (ROOT / "README.md").read_text(), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def pictures() -> dict[str, str]:
    """Return the command that each picture shows, as its maker has it."""
    spec = importlib.util.spec_from_file_location("maker", ROOT / "docs/img/make_terminal.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    found: dict[str, str] = maker.PICTURES
    return found


@pytest.mark.parametrize(("picture", "command"), pictures().items())
def test_pictures_show_what_the_commands_print(
    picture: str,
    command: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    # As in the root of the repository, but what is written stays out of it.
    (tmp_path / "skipx").symlink_to(ROOT / "skipx")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run(command.split()[1:]) == 0
    svg = (ROOT / "docs" / "img" / picture).read_text()
    shown = html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg)))
    words = [word for word in capsys.readouterr().out.split() if re.search(r"\w", word)]
    missing = [word for word in words if word not in shown]
    assert not missing, "make the pictures again: python docs/img/make_terminal.py"
