"""An import in the browser: the pages are looked at, on a phone too."""

from pathlib import Path

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.test_administering import house, site
from tests.importing.conftest import csv_file

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow

__all__ = ["house", "site"]


def test_a_file_is_mapped_tried_and_imported(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "danh-sach-can-bo.csv"
    header = ("Tài khoản", "Họ và tên", "Email", "Cơ quan", "Vai trò")
    good = ("hoa", "Lê Hoa", "hoa@example.vn", "H26.16", "officer")
    file.write_bytes(csv_file(header, good, ("motcua", "Trùng", "x", "Sở Y tế", "vua")))
    for width in (PHONE, DESKTOP):
        visit = visitor(width=width)
        visit.sign_in("quantri")
        visit.press("Quản trị")
        visit.press("Nhập dữ liệu")
        visit.look("imports")
        visit.page.locator('input[name="file"]').set_input_files(file)
        visit.choose({"sort": "staff"})
        visit.press("Tải lên")
        visit.look("import-columns")
        visit.press("Chạy thử mọi hàng")
        assert visit.sees("Không có vai trò “vua”")
        visit.look("import-tried")
        if width == DESKTOP:
            visit.press("Nhập các hàng không có lỗi")
            visit.look("import-begun")
