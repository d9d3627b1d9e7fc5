"""Nobody adds a table without saying what becomes of the people in it."""

import re
from pathlib import Path

from flask import Flask

from core.database import Model

PAGE = Path(__file__).parents[2] / "docs" / "decisions" / "privacy.md"


def test_every_table_is_on_the_page_about_privacy_and_the_page_names_no_other(installation: Flask):
    tables = set(Model.metadata.tables)
    named = set(re.findall(r"`([a-z_]+)`", PAGE.read_text("utf-8")))
    assert tables - named == set()
    others = {"finished_at", "personal", "also_kept_by", "also_empty"}
    assert named - tables - others == set()
