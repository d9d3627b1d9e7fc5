"""The last gate before a pack is deployed: its own scenarios must come out as they say.

`workflows.gate` reads the files; this one plays them. Whoever deploys calls it first, outside of any
transaction, as playing takes seconds.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from core.database import db, reading
from core.errors import MotcuaError
from studio.scenarios import installation, perform, read_scenarios
from workflows import gate
from workflows.models import ServiceVersion
from workflows.pack import ServicePack

_passed: set[str] = set()


def silence(_line: str) -> None:
    """Tell nobody."""


def require_scenarios(pack: ServicePack) -> None:
    """Play every scenario of a pack, unless this very content was deployed or played before.

    Raises ScenarioBroken, ScenarioFailed at the first difference, and what refuses the pack itself.
    """
    if _is_known(pack):
        return
    _play(pack)
    _passed.add(pack.version)


def play_ahead(packs: Iterable[ServicePack], *, tell: Callable[[str], None] = silence) -> None:
    """Play the scenarios of several packs at once, as many as there are processors.

    A pack whose scenarios came out is not played again by `require_scenarios`; of another one that
    tells what is wrong.
    """
    new = [pack for pack in packs if not _is_known(pack) and _is_sound(pack)]
    if new:
        names = ", ".join(pack.manifest.key for pack in new)
        tell(f"Playing the scenarios of {names}: once for each version, some minutes.")
    at_once = min(len(new), len(os.sched_getaffinity(0)))
    if at_once <= 1:
        return
    db.engine.dispose()
    with ProcessPoolExecutor(at_once, mp_context=get_context("fork")) as processes:
        plain = (ServicePack(pack.files) for pack in new)
        came_out = list(processes.map(_comes_out, plain))
    _passed.update(pack.version for pack, good in zip(new, came_out, strict=True) if good)


def _is_sound(pack: ServicePack) -> bool:
    """Whether its files are right; what this learns of letters, all processes know."""
    try:
        with reading():
            gate.check(pack)
    except MotcuaError:
        return False
    return True


def _is_known(pack: ServicePack) -> bool:
    with reading():
        deployed = db.session.get(ServiceVersion, pack.version) is not None
    return deployed or pack.version in _passed


def _comes_out(pack: ServicePack) -> bool:
    try:
        _play(pack)
    except MotcuaError:
        return False
    return True


def _play(pack: ServicePack) -> None:
    scenarios = read_scenarios(pack)
    if scenarios:
        with installation() as stage:
            for scenario in scenarios:
                perform(stage, pack, scenario)
