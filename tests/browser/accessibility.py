"""What axe finds on a page: every rule of WCAG 2.2 A and AA, and its best practices."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# The smallest phone, and a window 1280 wide that is enlarged to 200 %.
SMALLEST, ENLARGED = 320, 640
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """One line per violation: the rule, and the first element that breaks it.

    What axe cannot decide by itself counts too: a person would have to look at every such element.
    The script is evaluated by the debugger, which the page's own policy does not bind.
    """
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    faults = found["violations"] + found["incomplete"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in faults]


def widths_that_scroll_sideways(page: Page) -> list[int]:
    """The widths, of those that matter and the one that is set, at which the page does not fit."""
    before = page.viewport_size or {"width": SMALLEST, "height": SMALLEST}
    wide = []
    for width in (before["width"], SMALLEST, ENLARGED):
        page.set_viewport_size({"width": width, "height": before["height"]})
        if page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        ):
            wide.append(width)
    page.set_viewport_size(before)
    return wide
