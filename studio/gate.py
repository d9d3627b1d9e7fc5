"""The last gate before a pack is deployed: its own scenarios must come out as they say.

`workflows.gate` reads the files; this one plays them. Whoever deploys calls it first, outside of any
transaction, as playing takes seconds.
"""

from core.database import db, reading
from studio.scenarios import installation, perform, read_scenarios
from workflows.models import ServiceVersion
from workflows.pack import ServicePack

_passed: set[str] = set()


def require_scenarios(pack: ServicePack) -> None:
    """Play every scenario of a pack, unless this very content was deployed or played before.

    Raises ScenarioBroken, ScenarioFailed at the first difference, and what refuses the pack itself.
    """
    with reading():
        deployed = db.session.get(ServiceVersion, pack.version) is not None
    if deployed or pack.version in _passed:
        return
    scenarios = read_scenarios(pack)
    if scenarios:
        with installation() as stage:
            for scenario in scenarios:
                perform(stage, pack, scenario)
    _passed.add(pack.version)
