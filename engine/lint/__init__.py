"""Tells a designer what a model lacks before anybody runs it.

    lint({"visa.bpmn": content}) -> findings in the order of files and lines

A rule is a small function in `engine.lint.rules`. Whatever would be refused at deployment is a
finding too. Nothing that is in a file can make this fail.
"""

from engine.lint.checking import lint
from engine.lint.findings import Finding, Severity

__all__ = ["Finding", "Severity", "lint"]
