"""Looking inside a process: its variables, personal answers among them hidden by name and by text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from dossiers.errors import AnswerNotHidden
from dossiers.masking import application_form, dotted, sees_personal
from dossiers.models import Dossier, Proceeding
from dossiers.queries import pack_of
from dossiers.supervising import supervised
from engine import queries as engine
from engine.queries import ScopeView
from forms import Path
from forms.personal import personal_keys, without_personal
from workflows.queries import service_version

# A shorter text may well stand inside another one that tells of nobody.
TELLING: Final = 4


@dataclass(frozen=True)
class Veil:
    """What is hidden: whatever is called like a personal answer, and texts that contain one."""

    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()

    def over(
        self, variables: Mapping[str, Any], instead: Any = None
    ) -> tuple[dict[str, Any], list[Path]]:
        """The variables with `instead` in the place of what is hidden; and where that stood."""
        hidden: list[Path] = []
        shown = {
            name: self._shown(each, (name,), instead, hidden) for name, each in variables.items()
        }
        return shown, hidden

    def _shown(self, value: Any, path: Path, instead: Any, hidden: list[Path]) -> Any:
        if value is None:
            return None
        if path[-1] in self.names or self._tells(value):
            hidden.append(path)
            return instead
        if isinstance(value, Mapping):
            return {k: self._shown(each, (*path, k), instead, hidden) for k, each in value.items()}
        if isinstance(value, list):
            return [self._shown(each, (*path, n), instead, hidden) for n, each in enumerate(value)]
        return value

    def _tells(self, value: Any) -> bool:
        if not isinstance(value, str):
            return False
        return value in self.texts or any(
            len(text) >= TELLING and text in value for text in self.texts
        )


@dataclass(frozen=True)
class Inside:
    """A set of variables as somebody may see it, and what of it is hidden, as `a.0.b`."""

    scope: ScopeView
    masked: list[str] = field(default_factory=list)


def veil_of(instance_id: UUID, *, visible_to: Actor) -> Veil:
    """What of a process is hidden from the actor; nothing where no dossier is behind it."""
    about = db.session.get(Proceeding, instance_id)
    dossier = db.session.get(Dossier, about.dossier_id) if about else None
    if about is None or dossier is None or sees_personal(visible_to, dossier):
        return Veil()
    packs = (pack_of(dossier), service_version(about.service_version))
    forms = [form for pack in packs for form in pack.forms.values()]
    names = {name for form in forms for name in personal_keys(form.components)}
    return Veil(frozenset(names), frozenset(_personal_texts(dossier)))


def look_inside(instance_id: UUID, *, visible_to: Actor, instead: Any = None) -> list[Inside]:
    """Each set of variables; of a process that has ended, those that it ended with.

    Raises InstanceNotFound.
    """
    veil = veil_of(instance_id, visible_to=visible_to)
    found = []
    for scope in _scopes(instance_id, visible_to, Action.INSTANCE_READ):
        shown, hidden = veil.over(scope.variables, instead)
        found.append(Inside(replace(scope, variables=shown), [dotted(path) for path in hidden]))
    return found


def hidden_value(instance_id: UUID, scope: int, place: str, *, visible_to: Actor) -> Any:
    """The one value that is hidden at this place of a scope; raises AnswerNotHidden."""
    veil = veil_of(instance_id, visible_to=visible_to)
    for each in _scopes(instance_id, visible_to, Action.INSTANCE_UNMASK):
        for path in veil.over(each.variables)[1] if each.number == scope else ():
            if dotted(path) == place:
                return _at(each.variables, path)
    raise AnswerNotHidden(field=place)


def _scopes(instance_id: UUID, actor: Actor, action: Action) -> list[ScopeView]:
    may = supervised(actor, action)
    found = engine.find_instance(instance_id, visible_to=may)
    if found.ended_at is None:
        return engine.scopes(instance_id, visible_to=may)
    last = engine.variables(instance_id, visible_to=may)
    return [ScopeView(0, found.process_id, found.process_id, last)]


def _personal_texts(dossier: Dossier) -> Iterator[str]:
    answers = dossier.answers
    for path in without_personal(application_form(dossier).components, answers)[1]:
        yield from _texts(_at(answers, path))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
