"""A house whose documents and temporary files lie on a small disk, filled until nothing fits any more.

Run in a process of its own, which has mounted that disk: `python -m tests.api.full_disk FOLDER SMALL`.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from core.config import Settings
from core.database import Model, db
from core.ids import new_id
from storage import store
from tests.api.house import House, furnished
from tests.storage import files
from wsgi import create_app

MEGABYTE = 1024 * 1024


def main(folder: Path, small: Path) -> None:
    """Tell as JSON what happened."""
    tempfile.tempdir = str(small)
    (folder / "documents").symlink_to(small)
    app = create_app(Settings(data_directory=folder, embedded_workers=0, log_level="CRITICAL"))
    with app.app_context():
        Model.metadata.create_all(db.engine)
    sys.stdout.write(json.dumps(_filled(furnished(app))))


def _filled(house: House) -> dict[str, Any]:
    draft = house.owner.draft()
    kind = draft["missing_documents"][0]
    first = _attached(house, draft, kind, MEGABYTE)
    refused = [_attached(house, draft, kind, 3 * MEGABYTE) for _ in range(2)]
    listed = house.owner.get(f"/api/v1/dossiers/{draft['id']}/documents").get_json()["items"]
    read = house.owner.get(f"/api/v1/documents/{first[2]}/content")
    size = len(read.data)
    read.close()
    with house.app.app_context():
        kept = len(list(store().keys()))
    removed = house.owner.delete(f"/api/v1/documents/{first[2]}").status_code
    with house.app.app_context():
        for key in list(store().keys()):
            store().delete(key)
    again = _attached(house, draft, kind, MEGABYTE)
    return {
        "first": first[0],
        "refused": [each[:2] for each in refused],
        "listed": len(listed),
        "read": size == read.content_length > MEGABYTE,
        "kept": kept,
        "removed": removed,
        "again": again[0],
    }


def _attached(
    house: House, draft: dict[str, Any], kind: str, size: int
) -> tuple[int, str | None, str | None]:
    # Written by hand: the test client would itself put a large form into a temporary file.
    form = b'--edge\r\nContent-Disposition: form-data; name="kind"\r\n\r\n' + kind.encode()
    form += b'\r\n--edge\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    form += files.pdf(files.padded(size)) + b"\r\n--edge--\r\n"
    answer = house.owner.client.post(
        f"/api/v1/dossiers/{draft['id']}/documents",
        data=form,
        content_type="multipart/form-data; boundary=edge",
        headers={**house.owner.headers, "Idempotency-Key": new_id().hex},
    )
    told = answer.get_json()
    return answer.status_code, told.get("code"), told.get("id")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
