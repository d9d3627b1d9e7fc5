"""What a page weighs on its way to a phone, in bytes as sent."""

from pathlib import Path

from web import assets

BUILT = assets.STATIC / "dist" / "assets"


def _sent(pattern: str) -> int:
    files: list[Path] = list(BUILT.glob(pattern))
    assert files, f"nothing was built: {pattern}"
    return sum(file.stat().st_size for file in files)


def test_scripts_styles_and_fonts_stay_within_the_budget() -> None:
    scripts, styles, fonts = _sent("*.js.gz"), _sent("*.css.gz"), _sent("*.woff2")
    assert scripts <= 25_000
    assert styles <= 20_000
    assert fonts <= 70_000
    assert scripts + styles + fonts <= 120_000


def test_the_stylesheet_can_be_mirrored_and_names_no_reserved_font() -> None:
    styles = next(BUILT.glob("*.css")).read_text("utf-8")
    assert "GDS Transport" not in styles
    for side in ("margin-left:", "padding-right:", "float:left", "text-align:left", ";left:"):
        assert side not in styles
