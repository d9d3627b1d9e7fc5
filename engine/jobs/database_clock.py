"""The database's clock, as seconds since 1970: leases must not depend on a worker's own clock."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class database_seconds(FunctionElement[float]):  # noqa: N801  reads like the SQL function it is
    """Seconds since 1970 by the database's clock, at the moment of the statement."""

    type = Float(53)
    inherit_cache = True


@compiles(database_seconds, "sqlite")
def _of_sqlite(_element: database_seconds, _compiler: Any, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_seconds, "postgresql")
def _of_postgresql(_element: database_seconds, _compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch from clock_timestamp()) AS double precision)"
