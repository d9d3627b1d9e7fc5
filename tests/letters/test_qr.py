"""QR codes of letters."""

from letters import qr


def test_a_code_is_a_drawing_with_a_quiet_zone_and_always_the_same():
    drawing = qr.svg("https://dichvucong.example/check/000000123")
    assert drawing.startswith(b"<svg")
    assert drawing == qr.svg("https://dichvucong.example/check/000000123")
