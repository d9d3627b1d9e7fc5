"""Our statuses in the national portal's ten codes."""

from connectors.portal import national_status
from dossiers.models import DossierStatus


def test_every_status_but_the_draft_has_its_own_national_code():
    codes = [
        status.code for word in DossierStatus if (status := national_status(word, "vn")) is not None
    ]
    assert sorted(map(int, codes)) == list(range(1, 11))


def test_a_draft_is_nothing_that_the_portal_knows():
    assert national_status(DossierStatus.DRAFT, "vn") is None


def test_the_official_name_comes_with_the_code():
    assert national_status(DossierStatus.FINISHED, "vn").name == "Đã xử lý xong"
