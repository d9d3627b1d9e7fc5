"""The process in which files from outside are read: bounded in memory, time and what it may write.

It is started by `storage.inspection.chamber` with one socket as its input. Each message on it asks for
one file and brings three open files: the file, a place for what may be kept of it, and one for the
files that it carries.
"""

import errno
import json
import os
import resource
import socket
import sys
import types
from pathlib import Path
from typing import Any

LONGEST_MESSAGE = 64 * 1024
_FILES = 3
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def main(memory_bytes: int, written_bytes: int) -> None:
    """Answer until the parent goes."""
    _import_only_inspection()
    _bound(memory_bytes, written_bytes)
    with socket.socket(fileno=os.dup(0)) as asked:
        asked.send(b"{}")
        while True:
            message, files, _flags, _from = socket.recv_fds(asked, LONGEST_MESSAGE, _FILES)
            if not message:
                return
            asked.send(json.dumps(_answer(json.loads(message), files)).encode())


def _import_only_inspection() -> None:
    """This process needs nothing of the stores, which would cost it a second and 50 MB."""
    room = Path(__file__).resolve().parent.parent
    sys.path.insert(0, str(room.parent))
    package = types.ModuleType("storage")
    package.__path__ = [str(room)]
    sys.modules["storage"] = package
    import storage.inspection.types  # noqa: F401, PLC0415  (all readers, before memory is bounded)


def _bound(memory_bytes: int, written_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written_bytes, written_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: dict[str, Any], files: list[int]) -> dict[str, Any]:
    from storage.inspection.errors import FileTooDemanding, UploadRefused  # noqa: PLC0415

    name = request["name"]
    try:
        return _read(request, files)
    except UploadRefused as error:
        return {"refused": error.code, "params": error.params}
    except (MemoryError, OSError, RecursionError) as error:
        if getattr(error, "errno", None) in _NO_ROOM:
            return {"no_room": True}
        return {"refused": FileTooDemanding.code, "params": {"name": name}}


def _read(request: dict[str, Any], files: list[int]) -> dict[str, Any]:
    from storage.inspection.types import read_by_type  # noqa: PLC0415

    with (
        os.fdopen(files[0], "rb") as source,
        os.fdopen(files[1], "r+b") as kept,
        os.fdopen(files[2], "wb") as inner,
    ):
        seen = read_by_type(request["media_type"], source, kept, request["name"])
        attachments = []
        for each in seen.attachments:
            inner.write(each.content)
            attachments.append({"name": each.name, "size": len(each.content)})
    return {"written": seen.written, "removed": list(seen.removed), "attachments": attachments}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
