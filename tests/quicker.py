"""What makes hundreds of applications in one process cheaper, and changes nothing about any of them."""

import gc
from collections.abc import Callable, Hashable
from typing import Any

from werkzeug.routing import Rule


def keep_compiled_routes() -> None:
    """Compile what builds the address of a route once, and not again for every application.

    It is code without state, made from the text of the rule; werkzeug binds it to each rule.
    """
    compile_builder: Callable[[Rule, bool], Any] = Rule._compile_builder
    compiled: dict[Hashable, Any] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = once  # type: ignore[method-assign, assignment]


def collect_less_often() -> None:
    """Leave what was imported out of every later collection; the modules are never garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 25, 100)
