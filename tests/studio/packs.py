"""The service of the catalogue with one file changed, for tests of scenarios and of faults."""

from pathlib import Path

import workflows
from workflows.pack import ServicePack, read_pack

CATALOGUE = Path(workflows.__file__).parent / "catalogue"
PACK = read_pack(CATALOGUE / "device-declaration-b")
PAPERS = "[iso_13485, warranty, technical_summary, conformity, instructions]"


def with_scenario(steps: str, head: str = "from: _common.yaml", **files: str) -> ServicePack:
    """The service with one scenario only, `scenarios/story.yaml`, of these steps."""
    kept = {
        path: content
        for path, content in PACK.files.items()
        if not path.startswith("scenarios/") or path.endswith("_common.yaml")
    }
    story = f"name: A story\n{head}\nsteps:\n{steps}"
    changed = {path.replace("__", "/"): text.encode() for path, text in files.items()}
    return ServicePack({**kept, "scenarios/story.yaml": story.encode(), **changed})


def replaced(pack: ServicePack, path: str, old: str, new: str) -> ServicePack:
    """A pack with a text exchanged in one of its files; the text must be there."""
    text = pack.files[path].decode()
    assert old in text
    return ServicePack({**pack.files, path: text.replace(old, new).encode()})
