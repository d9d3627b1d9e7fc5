"""SoftHSM2 tokens: hardware that is made of software, in a folder of its own."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.signatures import PrivateKey

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
PIN = "1234"


def module() -> str:
    """The library; Debian's package is softhsm2."""
    return next(each for each in MODULES if Path(each).exists())


@dataclass(frozen=True)
class SoftToken:
    """A token, the file that holds its PIN, and the folder in which it lives."""

    label: str
    folder: Path

    @property
    def pin_file(self) -> Path:
        return self.folder / f"{self.label}.pin"

    def address(self, key: str) -> str:
        """Where a key of the token is."""
        return (
            f"pkcs11:token={self.label};object={key}"
            f"?module-path={module()}&pin-source=file:{self.pin_file}"
        )

    def make(self) -> "SoftToken":
        """An empty token."""
        _softhsm("--init-token", "--free", "--label", self.label, "--so-pin", PIN, "--pin", PIN)
        self.pin_file.write_text(f"{PIN}\n")
        return self

    def lose(self) -> None:
        """Take the token away, with its keys."""
        for path in (self.folder / "tokens").iterdir():
            shutil.rmtree(path)

    def put(self, key: PrivateKey, label: str, number: int = 1) -> None:
        """A key of our making into the token."""
        path = self.folder / f"{label}.p8"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        named = ("--label", label, "--id", f"{number:02x}", "--pin", PIN)
        _softhsm("--import", str(path), "--token", self.label, *named)


def configuration(folder: Path) -> Path:
    """What SOFTHSM2_CONF must name, for tokens in a folder."""
    (folder / "tokens").mkdir()
    path = folder / "softhsm2.conf"
    path.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    return path


def _softhsm(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
