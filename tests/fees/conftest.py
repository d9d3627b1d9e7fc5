"""The installation of the tests of cases, offering a service with a tariff."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from flask import Flask

from connectors import jobs
from core.database import transaction
from engine.runtime import EXTENSION, Runtime
from tests.dossiers.conftest import dossier_on_the_desk, installation, paid_dossier, work
from tests.fees.packs import with_fees
from tests.fees.platform import Platform
from workflows.operations import deploy_pack

__all__ = ["dossier_on_the_desk", "installation", "paid_dossier", "work"]


@pytest.fixture
def platform(installation: Flask) -> Platform:
    """What the jobs of this installation speak with in the place of the payment platform."""
    runtime: Runtime = installation.extensions[EXTENSION]
    twin, lookup = Platform(), runtime.job_kind("enterprise.lookup")
    jobs.install(runtime, lambda: cast("Any", None), lambda: cast("Any", twin))
    runtime.on_job("enterprise.lookup", lookup.handler)
    return twin


@pytest.fixture
def offered(installation: Flask, platform: Platform) -> Callable[..., Flask]:
    """Offer the declaration with these rules about fees; outside systems do as they are told."""

    def offer(**rules: Any) -> Flask:
        with transaction():
            deploy_pack(with_fees(**rules), by="system")
        return installation

    return offer
