"""JPEG and PNG files: they must decode, and to a size that a person can use."""

import struct
from typing import BinaryIO

from PIL import Image

from storage.inspection.errors import FileUnreadable, ImageTooLarge

MOST_PIXELS = 64_000_000
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def inspect_picture(stream: BinaryIO, name: str, image_format: str) -> None:
    """Raises ImageTooLarge or FileUnreadable; `image_format` is Pillow's name, such as "JPEG"."""
    try:
        with Image.open(stream, formats=[image_format]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ImageTooLarge(name=name, limit=MOST_PIXELS // 1_000_000)
            _read_through(image)
    except _BOMBS as error:
        raise ImageTooLarge(name=name, limit=MOST_PIXELS // 1_000_000) from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise FileUnreadable(name=name) from error


def _read_through(image: Image.Image) -> None:
    if image.format == "PNG":
        image.verify()  # every chunk's checksum, without unpacking the pixels
    else:
        image.draft("L", (image.width // 8, image.height // 8))  # an eighth of the memory
        image.load()
