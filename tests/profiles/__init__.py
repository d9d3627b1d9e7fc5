"""A second profile, and the service that comes with the house made ready for it."""

import json
from pathlib import Path
from typing import Any

import yaml

import workflows
from workflows.pack import ServicePack, read_pack

OASIS = str(Path(__file__).parent / "oasis")
_SERVICE = Path(workflows.__path__[0]) / "catalogue" / "device-declaration-b"


def sample_service() -> ServicePack:
    """The service in the languages of the oasis; its words in Arabic are made up.

    What letters print keeps its Latin script: the house brings no Arabic typeface. The oasis knows no
    types of papers by which a store could keep them.
    """
    pack = read_pack(_SERVICE, OASIS)
    manifest = yaml.safe_load(pack.file("service.yaml"))
    for document in manifest["documents"].values():
        document.pop("kept_as", None)
    english = json.loads(pack.file("i18n/en.json"))
    files = {
        **pack.files,
        "service.yaml": yaml.safe_dump(_told(manifest), allow_unicode=True).encode(),
        "i18n/ar.json": json.dumps(_arabic(english), ensure_ascii=False).encode(),
    }
    return ServicePack(files)


def _told(manifest: dict[str, Any]) -> dict[str, Any]:
    printed = {"name", "documents", "fact_names", "fees"}
    return {
        name: told if name in printed else _with_arabic(told) for name, told in manifest.items()
    }


def _with_arabic(told: Any) -> Any:
    """The same with a text in Arabic wherever there is one in English."""
    if isinstance(told, list):
        return [_with_arabic(each) for each in told]
    if not isinstance(told, dict):
        return told
    inner = {name: _with_arabic(each) for name, each in told.items()}
    return {"ar": _arabic(told["en"]), **inner} if isinstance(told.get("en"), str) else inner


def _arabic(told: Any) -> Any:
    """Each text between words of Arabic, so that it is read from right to left."""
    if isinstance(told, dict):
        return {name: each if name == "values" else _arabic(each) for name, each in told.items()}
    return f"نص {told} عربي"
