"""How a seal looks on the page: a frame with a few lines of text, red; a person's signature blue."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from fontTools.ttLib import TTFont
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator, GlyphAccumulatorFactory
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.pdf_utils.xref import ObjectStream
from pyhanko.stamp import TextStampStyle

# Made for this: with a font of 2048 units per em, as most are, pyHanko sets every letter twice as
# far from the next. signing/fonts/LICENSE.txt says how it was made.
STAMP_FONT = Path(__file__).parent / "fonts" / "MotcuaStamp-Regular.ttf"
RED, BLUE = (0.75, 0.05, 0.05), (0.05, 0.2, 0.6)
_MARGIN = 6
_TEXT_RULE = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MID)
_FRAME_RULE = replace(_TEXT_RULE, margins=Margins(*[_MARGIN] * 4))


class _StampFont(GlyphAccumulatorFactory):
    """The stamp font, read once; the stock factory opens the file anew and leaves it open."""

    def create_font_engine(
        self, writer: BasePdfFileWriter, obj_stream: ObjectStream | None = None
    ) -> GlyphAccumulator:
        """The font for one document, in an object stream when the document has any."""
        if obj_stream is None and writer.stream_xrefs:
            obj_stream = writer.prepare_object_stream()
        return GlyphAccumulator(
            writer, BytesIO(_font_bytes()), self.font_size, obj_stream=obj_stream
        )


@dataclass(frozen=True, kw_only=True)
class SealAppearance:
    """A visible seal: `lines` may use %(agency)s and %(time)s; `box` is left, bottom, right, top.

    Lengths are points from the lower left corner of the page; page -1 is the last one.
    """

    lines: tuple[str, ...]
    box: tuple[int, int, int, int]
    page: int = -1
    description: str = ""
    zone: str = "Asia/Ho_Chi_Minh"
    font_size: int = 9
    color: tuple[float, float, float] = RED

    def style(self, *, agency: str, moment: datetime) -> TextStampStyle:
        """The stamp for one sealing."""
        return TextStampStyle(
            stamp_text=self.text(agency=agency, moment=moment).replace("%", "%%"),
            text_box_style=self._text_style(),
            inner_content_layout=_FRAME_RULE,
            border_width=1,
            border_color=self.color,
        )

    def text(self, *, agency: str, moment: datetime) -> str:
        """The lines with agency and time (Decree 30/2020: dd/MM/yyyy HH:mm:ss +07:00) filled in."""
        local = moment.astimezone(ZoneInfo(self.zone))
        offset = f"{local:%z}"
        facts = {"agency": agency, "time": f"{local:%d/%m/%Y %H:%M:%S} {offset[:3]}:{offset[3:]}"}
        left, _, right, _ = self.box
        width = (right - left - 2 * _MARGIN) / self.font_size
        return "\n".join(piece for line in self.lines for piece in wrapped(line % facts, width))

    def _text_style(self) -> TextBoxStyle:
        return TextBoxStyle(
            font=_StampFont(str(STAMP_FONT), font_size=self.font_size),
            font_size=self.font_size,
            leading=self.font_size + 2,
            box_layout_rule=_TEXT_RULE,
            text_color=self.color,
        )


def wrapped(text: str, width: float) -> list[str]:
    """Break a line between words into pieces of at most `width` em."""
    lines: list[str] = []
    for word in text.split():
        if lines and _width(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _width(text: str) -> float:
    widths = _widths()
    return sum(widths.get(character, 1.0) for character in text)


@lru_cache(maxsize=1)
def _font_bytes() -> bytes:
    return STAMP_FONT.read_bytes()


@lru_cache(maxsize=1)
def _widths() -> dict[str, float]:
    font = TTFont(BytesIO(_font_bytes()))
    metrics, units = font["hmtx"], font["head"].unitsPerEm
    return {chr(code): metrics[name][0] / units for code, name in font.getBestCmap().items()}
