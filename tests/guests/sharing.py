"""What tests of use without an account share: a profile that allows it, a service that wants it."""

import shutil
from pathlib import Path

import workflows
from accounts.notices import Mail
from commands.sample.application import SERVICE
from workflows.pack import ServicePack, read_pack

ROOM = Path(workflows.__path__[0])
EMAIL, FACT = "thu@example.vn", "271859"


def open_profile(folder: Path) -> str:
    """The profile of Viet Nam with use without an account allowed; its folder is its name."""
    profile = Path(shutil.copytree(ROOM / "profiles" / "vn", folder / "open"))
    text = (profile / "profile.yaml").read_text("utf-8")
    (profile / "profile.yaml").write_text(text.replace("allowed: false", "allowed: true"), "utf-8")
    return str(profile)


def open_pack(folder: Path, *lines: str) -> ServicePack:
    """The service that comes with the house, open to people without an account."""
    pack = Path(shutil.copytree(ROOM / "catalogue" / SERVICE, folder / "packs" / SERVICE))
    manifest = pack / "service.yaml"
    more = "\n".join(["", "without_account: true", *lines, ""])
    manifest.write_text(manifest.read_text("utf-8") + more, "utf-8")
    return read_pack(pack)


def link_in(mail: Mail) -> str:
    """The secret of the link that a mail carries."""
    address = next(word for word in mail.text.split() if "/guest/" in word)
    return address.rpartition("/")[2]
