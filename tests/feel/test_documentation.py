"""The examples of docs/feel.md are what happens."""

import doctest
from pathlib import Path

from tests.feel.attacks import ATTACKS

PAGE = Path(__file__).parents[2] / "docs" / "feel.md"


def test_the_examples_of_the_page_are_true() -> None:
    fenced = PAGE.read_text().replace("```python\n", "").replace("\n```", "")
    examples = doctest.DocTestParser().get_doctest(fenced, {}, "feel.md", str(PAGE), 0)
    flags = doctest.IGNORE_EXCEPTION_DETAIL
    assert doctest.DocTestRunner(optionflags=flags).run(examples).failed == 0


def test_the_page_counts_the_attacks() -> None:
    count = len({text for texts in ATTACKS.values() for text in texts})
    assert count >= 350
    assert f"holds {count // 10 * 10} attacks" in PAGE.read_text()
