"""What the tests of the lists share: three officials, three experts each sees differently, rows of a page."""

import csv
import io
from dataclasses import dataclass

from bs4 import BeautifulSoup

from console.vocabulary import PoolState
from tests import make

REGIONS = {"五华": "530102", "官渡": "530111", "麒麟": "530302"}
SEES = {
    "province": ("yn-yj-hazchem", {"五华", "官渡", "麒麟"}),
    "prefecture": ("km-yj-hazchem", {"五华", "官渡"}),
    "district": ("wh-yj-safety", {"五华"}),
}
"""Scope -> the department of its official, and whose experts he sees."""


@dataclass
class World:
    """One expert in each of three districts; his name begins with the district's."""

    experts: dict

    def names(self, scope):
        return {self.experts[place].name for place in SEES[scope][1]}

    def hidden(self, scope):
        return {expert.name for place, expert in self.experts.items() if place not in SEES[scope][1]}


def world():
    return World(
        {
            place: make.expert(f"{place}段丽娟", region=region, pool_state=PoolState.IN_POOL, long_term=True)
            for place, region in REGIONS.items()
        }
    )


def names(response):
    """The names in the first column of a list."""
    page = BeautifulSoup(response.text, "html.parser")
    return [cell.get_text(strip=True) for cell in page.select("td.cell-name .name")]


def rows_of(response):
    """The rows of an exported file, head first."""
    text = response.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def counts(response):
    """Word of each tab -> its number."""
    page = BeautifulSoup(response.text, "html.parser")
    return {tab.contents[0].strip(): tab.span.get_text() for tab in page.select("nav.tabs a")}
