"""One HTML file: the document laid out by templates, its charts' data, styles and scripts inlined.

Every text of the document passes Jinja's autoescape or the data block, in which ``<`` is escaped.
The page's own policy lets run nothing but the scripts and styles that are part of it, by hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import asdict
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from skipx.report.document.blocks import Bars, Curves, Document, Histogram, Timeline
from skipx.report.json_text import json_text
from skipx.report.text import valid_unicode
from skipx.units import format_share, shorten_middle

SCRIPTS = ("state", "theme", "format", "tables", "timeline", "charts", "main")

_UNIT = re.compile(r"(?<=\d) (?=%|(?:ns|us|ms|s)\b)")
"""A space that no line of prose should end with."""

_ESCAPES = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})


def html_page(document: Document) -> str:
    """Return the page. Deterministic: the same document makes the same page."""
    library, script = _asset("echarts.min.js"), _script()
    style = _asset("page.css")
    page = _environment().get_template("page.html.j2")
    text = page.render(
        document=document,
        data=_data(document),
        style=Markup(style),
        library=Markup(library),
        script=Markup(script),
        policy=_policy(scripts=(library, script), style=style),
    )
    return valid_unicode(text)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("skipx.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shorten"] = shorten_middle
    environment.filters["share"] = format_share
    environment.filters["unbroken"] = lambda text: _UNIT.sub("\N{NO-BREAK SPACE}", text)
    return environment


def _data(document: Document) -> Markup:
    """Return the charts' data by id, as JSON that no HTML parser can leave."""
    charts = {
        block.id: {"kind": block.kind} | asdict(block)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Timeline | Histogram | Curves | Bars)
    }
    text = json_text(charts, indent=None, compact=True)
    return Markup(text.translate(_ESCAPES))


def _script() -> str:
    parts = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _asset(name: str) -> str:
    text = (resources.files("skipx.report.html") / "assets" / name).read_text(encoding="utf-8")
    if "</script" in text or "</style" in text or "<!--" in text:
        raise AssertionError(f"the asset {name} would end its element")
    return text


def _policy(*, scripts: tuple[str, ...], style: str) -> str:
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
