"""Whole numbers in words, as receipts write them: Vietnamese and English."""

from collections.abc import Callable, Mapping
from typing import Final

THOUSAND: Final = 1000
LARGEST: Final = 10**18 - 1

_VI_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_VI_SCALES: Final = ("", "nghìn", "triệu")
_VI_BILLION: Final = "tỷ"
_EN_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_EN_TENS: Final = (
    *("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
)
_EN_SCALES: Final = ("", "thousand", "million", "billion", "trillion", "quadrillion")


def in_vietnamese(number: int) -> str:
    """1500000 -> “một triệu năm trăm nghìn”; 0 to 10¹⁸-1, raises ValueError for others."""
    _require_known(number)
    return " ".join(_vi_billions(number)) or _VI_DIGITS[0]


def in_english(number: int) -> str:
    """1500000 -> “one million five hundred thousand”; 0 to 10¹⁸-1, raises ValueError for others."""
    _require_known(number)
    if number == 0:
        return _EN_SMALL[0]
    words: list[str] = []
    for group, scale in zip(_groups(number), _EN_SCALES, strict=False):
        if group:
            words = [*_en_group(group), *([scale] if scale else []), *words]
    return " ".join(words)


WORDS: Final[Mapping[str, Callable[[int], str]]] = {"vi": in_vietnamese, "en": in_english}
"""By language code."""


def _require_known(number: int) -> None:
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} cannot be said")


def _groups(number: int) -> list[int]:
    """The number in groups of three digits, the lowest first."""
    groups = []
    while number:
        number, group = divmod(number, THOUSAND)
        groups.append(group)
    return groups


def _vi_billions(number: int, *, after: bool = False) -> list[str]:
    """Groups of nine digits: “tỷ” counts like a unit of its own."""
    above, below = divmod(number, THOUSAND**3)
    words = [*_vi_billions(above, after=after), _VI_BILLION] if above else []
    return words + _vi_millions(below, after=after or bool(above))


def _vi_millions(number: int, *, after: bool) -> list[str]:
    words: list[str] = []
    for place in (2, 1, 0):
        group = number // THOUSAND**place % THOUSAND
        if group:
            words += _vi_group(group, whole=after or bool(words))
            words += [_VI_SCALES[place]] if place else []
    return words


def _vi_group(group: int, *, whole: bool) -> list[str]:
    """Three digits; `whole` says the zeros in front, too, as after a higher group."""
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [_VI_DIGITS[hundreds], "trăm"] if hundreds or whole else []
    if tens == 0:
        return [
            *words,
            *(["linh"] if words and ones else []),
            *([_VI_DIGITS[ones]] if ones else []),
        ]
    words += ["mười"] if tens == 1 else [_VI_DIGITS[tens], "mươi"]
    return words + _vi_ones(tens, ones)


def _vi_ones(tens: int, ones: int) -> list[str]:
    if ones == 0:
        return []
    if ones == 1 and tens > 1:
        return ["mốt"]
    return ["lăm"] if ones == 5 else [_VI_DIGITS[ones]]  # noqa: PLR2004  five changes its name


def _en_group(group: int) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_EN_SMALL[hundreds], "hundred"] if hundreds else []
    if rest == 0:
        return words
    if rest < len(_EN_SMALL):
        return [*words, _EN_SMALL[rest]]
    tens, ones = divmod(rest, 10)
    return [*words, f"{_EN_TENS[tens]}-{_EN_SMALL[ones]}" if ones else _EN_TENS[tens]]
