from __future__ import annotations

import dataclasses
import re

from skipx.report.chains_page import ChainsPage
from tests.report.rendering import rendered
from tests.report.results import chain_analysis, length_row


def lengths_shown(text: str) -> list[int]:
    table = text[text.index("by length L") : text.index("Candidates")]
    return [int(line.split()[0]) for line in table.splitlines() if re.match(r" *\d+ +\d", line)]


def test_powers_of_two_and_the_best_length_are_shown() -> None:
    text = rendered(ChainsPage(chain_analysis()))
    assert lengths_shown(text) == [2, 4, 8, 16, 32, 39]
    assert "6 of 38 lengths" in text


def test_verbose_shows_every_length() -> None:
    text = rendered(ChainsPage(chain_analysis(), verbose=True))
    assert lengths_shown(text) == list(range(2, 40))


def test_lengths_without_chains_are_left_out() -> None:
    none = dataclasses.replace(length_row(8, speedup=1.0), ps1_types=0)
    text = rendered(ChainsPage(chain_analysis(lengths=[length_row(4), none]), verbose=True))
    assert lengths_shown(text) == [4]
    assert "No chain has PS = 1" in rendered(ChainsPage(chain_analysis(lengths=[none])))


def test_the_shorter_of_two_best_lengths_is_named() -> None:
    chains = chain_analysis(lengths=[length_row(3), length_row(5), length_row(7, speedup=1.1)])
    assert "Best length 3" in rendered(ChainsPage(chains))


def test_no_chain_is_said() -> None:
    chains = chain_analysis(lengths=[], candidates=[], threshold=0.75, eligible=True)
    assert "No chain with PS eligible >= 0.75 saves a launch." in rendered(ChainsPage(chains))


def test_few_iterations_are_a_warning() -> None:
    assert "Fewer than 3 iterations" in rendered(ChainsPage(chain_analysis(few_iterations=True)))
    assert "Fewer than 3 iterations" not in rendered(ChainsPage(chain_analysis()))


def test_both_speedups_are_named() -> None:
    text = rendered(ChainsPage(chain_analysis()))
    assert "1.39x by occurrences, 1.07x by types" in text
    for heading in ("C_fused", "C_types", "speedup", "by types"):
        assert heading in text


def test_causes_of_cuts_are_counted() -> None:
    text = rendered(ChainsPage(chain_analysis()))
    assert "cut at: iteration 7, synchronisation 70" in text


def test_one_launch_is_told_in_the_singular() -> None:
    one = dataclasses.replace(length_row(3), k_fused=1.0)
    assert "1 launch left," in rendered(ChainsPage(chain_analysis(lengths=[one])))
    assert " launches left," in rendered(ChainsPage(chain_analysis()))
