"""A process that signs by hardware, forks, and signs again in both; its argument is the data folder."""

import os
import sys
from pathlib import Path

import signing
from tests.signing.conftest import AGENCY, XML, application


def main(folder: Path) -> None:
    """Say of each process that it signed."""
    with application(folder).app_context():
        signing.seal_xml(XML, agency=AGENCY)
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        signing.seal_xml(XML, agency=AGENCY)
        os.write(1, b"parent signed " if child else b"child signed ")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
