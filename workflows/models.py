"""Tables of deployed services."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, UtcDateTime


class ServiceVersion(Model):
    """One version of a service pack, named by the hash of its content; never changed, never removed.

    `definition_id` is the engine's name for its processes and decisions.
    """

    __tablename__ = "service_version"

    version: Mapped[str] = mapped_column(primary_key=True)
    service_key: Mapped[str] = mapped_column(index=True)
    definition_id: Mapped[str]
    deployed_by: Mapped[str]
    deployed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceFile(Model):
    """One file of a version, byte for byte."""

    __tablename__ = "service_file"

    version: Mapped[str] = mapped_column(ForeignKey("service_version.version"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Service(Model):
    """A service that is offered: the version with which new dossiers begin."""

    __tablename__ = "service"

    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("service_version.version"))
