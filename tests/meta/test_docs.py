from pathlib import Path

import pytest

from console.commands.docs import pages

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_says_what_the_code_says(name):
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run: console docs"
