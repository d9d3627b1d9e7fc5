"""Sample files for upload tests, made with the libraries that people's programs use."""

import io
import os
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

Change = Callable[[Pdf], object]


def pdf(change: Change | None = None, **options: Any) -> bytes:
    """A PDF of one page, changed before it is saved."""
    with Pdf.new() as document:
        document.add_blank_page()
        if change is not None:
            change(document)
        saved = io.BytesIO()
        document.save(saved, **options)
    return saved.getvalue()


def with_opening_script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def with_opening_destination(document: Pdf) -> None:
    document.Root.OpenAction = Array([document.pages[0].obj, Name.XYZ, 0, 0, 0])


def with_opening_link(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.URI, URI=pikepdf.String("https://example.com"))


def with_link(document: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=pikepdf.String("https://example.com"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].Annots = Array([link])


def with_launch_link(document: Pdf) -> None:
    with_link(document)
    document.pages[0].Annots[0].A = Dictionary(S=Name.Launch, F=pikepdf.String("cmd.exe"))


def with_script_on_page(document: Pdf) -> None:
    document.pages[0].AA = Dictionary(
        O=document.make_indirect(Dictionary(S=Name.JavaScript, JS=document.make_stream(b"x")))
    )


def with_attachment(document: Pdf) -> None:
    document.attachments["virus.exe"] = b"MZ"


def carrying(name: str, content: bytes) -> Change:
    """A file is attached."""

    def change(document: Pdf) -> None:
        document.attachments[name] = content

    return change


def with_attached_note(document: Pdf) -> None:
    file = Dictionary(
        Type=Name.Filespec, F=pikepdf.String("a.exe"), EF=Dictionary(F=document.make_stream(b"MZ"))
    )
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=file
    )
    document.pages[0].Annots = Array([document.make_indirect(note)])


def with_film(document: Pdf) -> None:
    film = Dictionary(
        Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]), RichMediaContent={}
    )
    document.pages[0].Annots = Array([film])


def signed(change: Change | None = None) -> Change:
    """With a signature's dictionary, of which an inspection knows that bytes are signed."""

    def with_signature(document: Pdf) -> None:
        if change is not None:
            change(document)
        document.Root.Signature = Dictionary(
            Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=pikepdf.String("x")
        )

    return with_signature


def without_pages(document: Pdf) -> None:
    del document.pages[0]


def with_xfa(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pikepdf.String("<xdp/>"))


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """A plain picture in Pillow's format `kind`."""
    saved = io.BytesIO()
    Image.new("L", size).save(saved, kind)
    return saved.getvalue()


def word(**parts: bytes) -> bytes:
    """A minimal Word document; more parts by name, `__` standing for `/`."""
    saved = io.BytesIO()
    contents = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
    contents |= {name.replace("__", "/"): content for name, content in parts.items()}
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return saved.getvalue()


def encrypted() -> bytes:
    """A PDF that opens without a password and forbids printing."""
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=""))


def padded(size: int) -> Change:
    """With a stream of so many bytes that cannot be packed."""

    def change(document: Pdf) -> None:
        document.Root.Padding = document.make_stream(os.urandom(size))

    return change
