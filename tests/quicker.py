"""What makes hundreds of applications in one process cheaper, and changes nothing about any of them."""

import gc
import tempfile
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from werkzeug.routing import Rule

from core.database import Model


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


def keep_made_tables() -> None:
    """Make the tables in SQLite once, and give every later database a copy of that file."""
    metadata = Model.metadata
    create_all = metadata.create_all
    made: dict[tuple[str, ...], bytes] = {}

    def once(bind: Engine | Connection, **options: Any) -> None:
        file = Path(bind.engine.url.database or "")
        if isinstance(bind, Connection) or not _will_be_new(bind, file) or options:
            create_all(bind, **options)
            return
        tables = tuple(sorted(metadata.tables))
        if tables not in made:
            made[tables] = _file_of(create_all)
        file.write_bytes(made[tables])

    metadata.create_all = once  # type: ignore[method-assign, assignment]


def _will_be_new(engine: Engine, file: Path) -> bool:
    return engine.dialect.name == "sqlite" and file.is_absolute() and not file.exists()


def _file_of(create_all: Callable[[Engine], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.db"
        engine = create_engine(f"sqlite:///{file}")
        create_all(engine)
        engine.dispose()
        return file.read_bytes()


def collect_less_often() -> None:
    """Leave what was imported out of every later collection; the modules are never garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 25, 100)
