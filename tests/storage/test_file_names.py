"""Display names of uploaded files."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.inspection.names import LONGEST_NAME, extension, safe_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("giấy phép.pdf", "giấy phép.pdf"),
        (unicodedata.normalize("NFD", "giấy phép.pdf"), "giấy phép.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\An\\giay.pdf", "giay.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200b\u0000b\n c.pdf", "ab c.pdf"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ('a"b<c>:d|e?f*.pdf', "a_b_c__d_e_f_.pdf"),
        ("", "document"),
        (None, "document"),
        ("..", "document"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_names_are_made_safe_to_show(given_name: str | None, shown: str) -> None:
    assert safe_name(given_name) == shown


def test_the_ending_is_that_of_the_name_shown() -> None:
    assert extension(safe_name("report.PDF\u202e")) == "pdf"


@given(st.text(max_size=400))
def test_no_name_is_ever_dangerous(name: str) -> None:
    shown = safe_name(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set('/\\<>:"|?*%')
    assert not any(unicodedata.category(character).startswith("C") for character in shown)
    assert safe_name(shown) == shown
