"""The rules by subject. Importing this package registers them all."""

from collections.abc import Mapping

from engine.lint.rules import data, events, flow, labels, people, picture

__all__ = ["REFUSALS", "data", "events", "flow", "labels", "people", "picture"]

# Faults that deployment finds by itself and a designer knows under a name of their own.
REFUSALS: Mapping[str, str] = {
    "%(element)s is not executed here": "unsupported-element",
    "%(element)s is never reached": "unreachable",
    "A process needs exactly one start event; this one has %(count)s": "start-count",
    "The message “%(message)s” has no correlation key": "message-without-key",
    "The file has no executable process": "process-not-executable",
    "The expression “%(text)s” cannot be read: %(message)s": "unreadable-expression",
    "The flow “%(flow)s” has no condition and is not the default": "flow-without-condition",
}
