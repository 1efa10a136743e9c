"""The page as text: one file, nothing from elsewhere, nothing of a trace as markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from skipx.examples import example_path
from skipx.records import Source
from skipx.report.html.page import html_page
from skipx.sources import read_trace
from tests.builders import TraceBuilder
from tests.report.reports import (
    HOSTILE,
    document,
    hostile_trace,
    long_trace,
    small_trace,
    sweep_report,
)
from tests.report.sweeps import sweep_analysis

BUDGET = 1_500_000


class Page(HTMLParser):
    """Collects what the tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        self.text.setdefault(self._inside, []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = Page(html_page(document(small_trace())))
    for tag, attributes in page.tags:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:")), (tag, name, value)
    assert not page.all("img") + page.all("iframe") + page.all("object")


def test_the_policy_allows_the_scripts_of_the_page_and_no_other() -> None:
    text = html_page(document(small_trace()))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy
    for script in re.findall(r"<script>(.*?)</script>", text, re.S):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_hostile_names_are_text() -> None:
    page = Page(html_page(document(hostile_trace())))
    assert not page.all("img") + page.all("b")
    assert len(page.all("script")) == 3
    assert any(HOSTILE in text for text in page.text["td"])


def test_the_data_is_json_that_ends_no_element() -> None:
    text = html_page(document(hostile_trace()))
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert not set("<>&") & set(data)
    timeline = json.loads(data)["timeline"]
    assert HOSTILE in timeline["names"]


def test_every_id_is_unique() -> None:
    page = Page(html_page(document(hostile_trace())))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_section_can_be_reached() -> None:
    found = document(small_trace())
    links = {attributes.get("href") for attributes in Page(html_page(found)).all("a")}
    assert {f"#{section.id}" for section in found.sections} <= links


def test_no_line_of_the_verdict_ends_between_a_number_and_its_unit() -> None:
    found = document(small_trace())
    words = replace(found.summary, headline="waits 90 % of 1.2 ms for 3 systems", advice=["5 us"])
    page = html_page(replace(found, summary=words))
    assert "waits 90\N{NO-BREAK SPACE}% of 1.2\N{NO-BREAK SPACE}ms for 3 systems" in page
    assert ">5\N{NO-BREAK SPACE}us<" in page


def test_what_was_not_measured_is_marked_in_the_page_and_its_title() -> None:
    page = Page(html_page(document(small_trace(source=Source(kind="emulated", synthetic=True)))))
    assert "EMULATED" in page.text["strong"]
    assert "(EMULATED)" in "".join(page.text["title"])
    measured = html_page(document(small_trace(source=Source(kind="kineto"))))
    assert "EMULATED" not in measured
    assert "SYNTHETIC" not in measured


def test_a_trace_without_anything_makes_a_page() -> None:
    assert "What bounds this trace is not known." in html_page(document(TraceBuilder().build()))


def test_the_same_document_makes_the_same_page() -> None:
    assert html_page(document(small_trace())) == html_page(document(small_trace()))


def test_pages_keep_to_their_budget() -> None:
    example = read_trace(example_path())
    four = sweep_analysis(models=("bert-base-uncased", "xlm-roberta-base", "gpt2", "Llama-3.2-1B"))
    for found in (document(example), document(long_trace(50_000)), sweep_report(four)):
        assert len(html_page(found).encode()) < BUDGET


def test_lone_surrogates_do_not_keep_a_page_from_being_written() -> None:
    trace = TraceBuilder().op("aten::\ud800", 0, 9).launch("\udfff", at=1, latency=2, dur=3).build()
    assert html_page(document(trace)).encode()
