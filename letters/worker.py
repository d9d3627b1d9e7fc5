"""One typesetting process: reads a request, writes a PDF, until its input ends.

It is started by its path, alone: it imports nothing of ours, so no secret is in its memory. It is
always a new process and never a fork, because typst hangs for ever in a fork of a process that has
already typeset. Frames are a length of four bytes, then that many bytes.
"""

import json
import resource
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import typst

FONTS = Path(__file__).parent / "fonts"
STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
LENGTH = struct.Struct(">I")
PDF, BROKEN = b"P", b"B"
WARM_UP = {
    "template": '#set document(title: "x")\n#set text(font: "Tinos")\nx *x* _x_',
    "data": "{}",
    "root": str(FONTS),
    "moment": 0,
}


def main() -> None:
    """Serve requests from standard input until it is closed."""
    memory_bytes, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    compiler = _compiler()
    typeset(compiler, WARM_UP)
    _confine(memory_bytes, cpu_seconds)
    write_frame(sys.stdout.buffer, b"ready")
    while frame := read_frame(sys.stdin.buffer):
        write_frame(sys.stdout.buffer, typeset(compiler, json.loads(frame)))


def typeset(compiler: typst.Compiler, request: dict[str, Any]) -> bytes:
    """The PDF of a request, or what is wrong with it; the first byte tells which.

    With a `query`, the values of the elements that it selects instead of the PDF.
    """
    try:
        if "query" in request:
            return PDF + found(request)
        pdf, warnings = compiler.compile_with_warnings(
            input=request["template"].encode(),
            format="pdf",
            sys_inputs={"data": request["data"]},
            pdf_standards=STANDARDS,
            root=request["root"],
            timestamp=request["moment"],
        )
    except typst.TypstError as error:
        return BROKEN + _described(error)
    if warnings or not isinstance(pdf, bytes):
        return BROKEN + _described(warnings[0])
    return PDF + pdf


def found(request: dict[str, Any]) -> bytes:
    """The values of the metadata that a request asks for, as JSON."""
    values: str = typst.query(
        request["template"].encode(),
        request["query"],
        field="value",
        format="json",
        root=request["root"],
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": request["data"]},
    )
    return values.encode()


def read_frame(stream: BinaryIO) -> bytes:
    """The next frame, empty when the stream has ended."""
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """Write one frame and hand it over at once."""
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _confine(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _described(error: Any) -> bytes:
    hints = list(error.hints)
    return json.dumps(
        {"message": error.message, "diagnostic": error.diagnostic, "hints": hints}
    ).encode()


if __name__ == "__main__":
    main()
