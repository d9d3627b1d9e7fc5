"""What a letter has beside its data: the templates of older versions, and somebody's photo."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image

from dossiers.context import jurisdiction
from dossiers.models import Document
from storage import store
from workflows.pack import PROFILE_LETTERS, ServicePack

PHOTO: Final = "photo.jpg"
_PICTURES: Final = frozenset({"image/jpeg", "image/png"})
# 4 x 6 cm at 300 dots per inch: a licence shows no more.
_MOST_PIXELS: Final = (472, 709)


def with_letter(pack: ServicePack, name: str) -> ServicePack:
    """The pack; one of a release that had no such letter yet gets those of the profile of today."""
    if name in pack.letters:
        return pack
    inherited = {
        f"{PROFILE_LETTERS}{file}": content
        for file, content in jurisdiction().profile.letters.items()
    }
    return ServicePack({**inherited, **pack.files})


def photo_of(documents: Sequence[Document], kind: str) -> dict[str, bytes]:
    """The last picture of a kind of paper as `photo.jpg`, no larger than a licence shows it.

    Nothing where there is no kind, or no picture of it, or it is confidential.
    """
    found = [
        each
        for each in documents
        if each.document_type == kind and each.media_type in _PICTURES and not each.confidential
    ]
    if not found:
        return {}
    with store().open(found[-1].storage_key, sha256=found[-1].sha256) as stream:
        picture = Image.open(BytesIO(stream.read())).convert("RGB")
    picture.thumbnail(_MOST_PIXELS)
    made = BytesIO()
    picture.save(made, "JPEG", quality=90)
    return {PHOTO: made.getvalue()}
