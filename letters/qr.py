"""QR codes as drawings, small and sharp at any size."""

import io

import segno


def svg(text: str) -> bytes:
    """An SVG file of the QR code (ISO/IEC 18004) of a text, with medium error correction."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawing, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False
    )
    return drawing.getvalue()
