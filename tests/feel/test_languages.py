"""Faults speak the reader's language, down to the words that a remedy is put together from."""

import pytest
from flask import Flask
from flask_babel import force_locale

from core import i18n
from feel import FeelSyntaxError, check, compile_expression


def test_what_was_expected_is_named_in_the_readers_language(bare_app: Flask) -> None:
    i18n.init_app(bare_app, time_zone="Asia/Ho_Chi_Minh")
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression("1 +")
    with force_locale("vi"):
        assert i18n.remedy_of(caught.value) == "Tại đây cần viết: một giá trị."
    with force_locale("en"):
        assert i18n.remedy_of(caught.value) == "Write a value here."


def test_a_finding_speaks_vietnamese(bare_app: Flask) -> None:
    i18n.init_app(bare_app, time_zone="Asia/Ho_Chi_Minh")
    (finding,) = check(compile_expression("tuoi > 18"), ["tuổi"])
    with force_locale("vi"):
        assert i18n.title_of(finding) == "Không có tên “tuoi”"
        assert i18n.remedy_of(finding) == "Hãy viết một tên có ở đây: tuổi."
