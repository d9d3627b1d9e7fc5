"""JPEG and PNG files: painted anew, so that nothing but what one sees comes in."""

import io
import struct
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from storage.inspection.errors import FileUnreadable, ImageTooLarge

MOST_PIXELS: Final = 64_000_000
QUALITY: Final = 90
_MODES: Final = {"JPEG": ("L", "RGB", "CMYK"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")}
_DPI: Final = range(10, 5_000)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def repaint(source: BinaryIO, target: BinaryIO, name: str, image_format: str) -> None:
    """Write a picture's pixels, turned as its camera was held, without anything else.

    `image_format` is Pillow's name, such as "JPEG". Raises ImageTooLarge or FileUnreadable.
    """
    try:
        with Image.open(source, formats=[image_format]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ImageTooLarge(name=name, limit=MOST_PIXELS // 1_000_000)
            painted = _painted(image, image_format)
    except _BOMBS as error:
        raise ImageTooLarge(name=name, limit=MOST_PIXELS // 1_000_000) from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise FileUnreadable(name=name) from error
    target.write(painted.getbuffer())


def _painted(image: Image.Image, image_format: str) -> io.BytesIO:
    dots, clear = _dots(image), image.info.get("transparency")
    ImageOps.exif_transpose(image, in_place=True)
    plain = image if image.mode in _MODES[image_format] else image.convert("RGB")
    plain.info = {} if clear is None or image_format != "PNG" else {"transparency": clear}
    saved = io.BytesIO()
    plain.save(saved, image_format, quality=QUALITY, exif=b"", **dots)
    return saved


def _dots(image: Image.Image) -> dict[str, tuple[int, int]]:
    """How many dots an inch of the paper has, where that was told and can be true."""
    try:
        across, down = (round(float(number)) for number in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return {}
    return {"dpi": (across, down)} if across in _DPI and down in _DPI else {}
