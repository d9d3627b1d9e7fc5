"""Making one file of the offline verifier; any Python from 3.11 on runs it.

The same release makes the same bytes, so that their digest can be published.
"""

import os
import tempfile
import zipapp
from pathlib import Path
from typing import Final

MODULES: Final = (
    "core/merkle.py",
    *(
        f"auditing/offline/{name}.py"
        for name in ("archive", "chain", "signatures", "checking", "words", "program")
    ),
)
_MADE: Final = 1_000_000_000  # one moment for all files: seconds since 1970
_HOUSE: Final = Path(__file__).parents[2]


def pack(target: Path) -> None:
    """Write the program; the packages around its modules are empty in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for module in MODULES:
            path = folder / module
            path.parent.mkdir(parents=True, exist_ok=True)
            for package in path.relative_to(folder).parents:
                if package != Path():
                    (folder / package / "__init__.py").touch()
            path.write_bytes((_HOUSE / module).read_bytes())
        (folder / "__main__.py").write_text(
            "from auditing.offline.program import main\n\nraise SystemExit(main())\n"
        )
        for path in folder.rglob("*"):
            os.utime(path, (_MADE, _MADE))
        zipapp.create_archive(folder, target, interpreter="/usr/bin/env python3")
