"""What is measured of an application, in the text format that Prometheus reads.

Two sorts: what this process counts and times itself, and what is read from the database at the moment
of asking, the same whoever is asked. Where several processes serve one installation, a shared folder
named by PROMETHEUS_MULTIPROC_DIR adds up the first sort.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from core.database import reading

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
# Seconds: a step takes a millisecond or two, a page some ten, a slow disk or neighbour whole seconds.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_EXTENSION: Final = "motcua.metrics"
_UNROUTED: Final = "unrouted"

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Gauge:
    """Something that stands at a value now; `samples` maps the labels' values to it."""

    name: str
    meaning: str
    samples: dict[tuple[str, ...], float]
    labels: tuple[str, ...] = ()


Reader = Callable[[], Iterable[Gauge]]


@dataclass
class Metrics:
    """What one application measures."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    readers: list[Reader] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Measure memory, file handles and processor time of this process as well."""
        ProcessCollector(registry=self.registry)

    def read_by(self, reader: Reader) -> None:
        """Ask `reader` for its gauges whenever somebody looks; it may read the database."""
        self.readers.append(reader)

    def seconds(self, name: str, meaning: str, labels: tuple[str, ...] = ()) -> Histogram:
        """Something that takes time, to be told by `observe`."""
        return Histogram(name, meaning, labels, registry=self.registry, buckets=BUCKETS)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(_counted(self.registry)) + generate_latest(_read(self.readers))


def init_app(app: Flask) -> None:
    """Measure how long requests take; called before any other room hangs something before them."""
    timer = metrics(app).seconds(
        "motcua_http_request_seconds",
        "Time to answer a request, by route and class of status.",
        ("method", "route", "status"),
    )
    app.before_request(_begin)

    def note(response: Response) -> Response:
        rule = request.url_rule
        method, route = (request.method, rule.rule) if rule else (_UNROUTED, _UNROUTED)
        taken = time.perf_counter() - g.get("began", time.perf_counter())
        timer.labels(method, route, f"{response.status_code // 100}xx").observe(taken)
        return response

    app.after_request(note)


def metrics(app: Flask | None = None) -> Metrics:
    """The measurements of an application, the current one unless named."""
    found: Metrics = (app or current_app).extensions.setdefault(_EXTENSION, Metrics())
    return found


def _begin() -> None:
    g.began = time.perf_counter()


def _counted(registry: CollectorRegistry) -> CollectorRegistry:
    """What processes count: of this one, or of all that share the folder."""
    if SHARED_FOLDER not in os.environ:
        return registry
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # the library's omission
    return shared


def _read(readers: Iterable[Reader]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Read(readers))
    return registry


class _Read:
    """The readers' gauges as the library wants them; without a database there is only one."""

    def __init__(self, readers: Iterable[Reader]) -> None:
        self._readers = readers

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauges, answers = self._gauges()
        yield _family(Gauge("motcua_database_up", "Whether the database answers.", {(): answers}))
        yield from map(_family, gauges)

    def _gauges(self) -> tuple[list[Gauge], float]:
        try:
            with reading():
                return [gauge for reader in self._readers for gauge in reader()], 1.0
        except SQLAlchemyError as error:
            logger.warning("gauges could not be read", error=type(error).__name__)
            return [], 0.0


def _family(gauge: Gauge) -> GaugeMetricFamily:
    family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=gauge.labels)
    for labels, value in gauge.samples.items():
        family.add_metric(labels, value)
    return family
