"""The key table and the development authority that fills it."""

import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

import signing
from core import clock
from signing.certificates import Purpose
from signing.development import Agency, DevelopmentAuthority
from signing.errors import AgencyIdRefused
from signing.key_table import KeyTable
from tests.signing.authorities import issued
from tests.signing.conftest import AGENCY, OTHER_AGENCY, application, page


def authority(folder: Path) -> DevelopmentAuthority:
    return DevelopmentAuthority(KeyTable(folder))


def test_a_second_start_finds_the_keys_of_the_first(tmp_path: Path):
    first = authority(tmp_path).seal_key(AGENCY)
    second = authority(tmp_path).seal_key(AGENCY)
    assert first.certificate == second.certificate
    assert authority(tmp_path).root_certificate() == authority(tmp_path).root_certificate()


def test_only_the_owner_may_read_keys_and_their_folders(tmp_path: Path):
    folder = tmp_path / "keys"
    authority(folder).seal_key(AGENCY)
    for path in (folder, *folder.rglob("*")):
        private = path.is_dir() or path.suffix == ".pem"
        assert not private or not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_key_is_parsed_once_per_process(tmp_path: Path):
    keys = authority(tmp_path)
    assert keys.seal_key(AGENCY) is keys.seal_key(AGENCY)


def test_many_starts_at_once_make_one_authority(tmp_path: Path):
    found: list[bytes] = []
    starting_line = threading.Barrier(8)

    def start() -> None:
        starting_line.wait()
        key = authority(tmp_path).seal_key(AGENCY)
        found.append(key.to_pem())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(list((tmp_path / "root").glob("*.pem"))) == 1


def test_each_agency_has_its_own_seal(tmp_path: Path):
    keys = authority(tmp_path)
    assert keys.seal_key(AGENCY).kid != keys.seal_key(OTHER_AGENCY).kid


def test_the_newest_seal_signs_and_the_older_one_is_still_believed(tmp_path: Path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        old = signing.seal_pdf(page(), agency=AGENCY)
        with clock.shifted(timedelta(hours=2)):
            fresh = desk.table.add(f"seal/{AGENCY.id}", desk.authority.new_seal(AGENCY))
            assert desk.authority.seal_key(AGENCY).kid == fresh.kid
            assert signing.verify_pdf(old).valid
            assert signing.verify_pdf(signing.seal_pdf(page(), agency=AGENCY)).valid


def test_an_expired_seal_is_replaced_and_what_it_sealed_stays_good(tmp_path: Path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        old = signing.seal_pdf(page(), agency=AGENCY)
        before = desk.authority.seal_key(AGENCY)
        with clock.shifted(timedelta(days=4 * 365)):
            assert desk.authority.seal_key(AGENCY).kid != before.kid
            assert signing.verify_pdf(old).valid


def test_a_key_file_that_was_never_finished_is_not_seen(tmp_path: Path):
    keys = authority(tmp_path)
    good = keys.seal_key(AGENCY)
    (tmp_path / "seal" / AGENCY.id / ".unfinished.pem").write_bytes(good.to_pem()[:100])
    assert authority(tmp_path).seal_key(AGENCY).kid == good.kid


@pytest.mark.parametrize("id_", ["../root", "", ".", "a/b", "x" * 65, "ă", "a\n"])
def test_an_agency_id_cannot_lead_to_other_keys(tmp_path: Path, id_: str):
    with pytest.raises(AgencyIdRefused):
        authority(tmp_path).seal_key(Agency(id_, "x"))


def test_an_agency_whose_id_begins_like_another_has_its_own_seal(tmp_path: Path):
    keys = authority(tmp_path)
    assert keys.seal_key(Agency("H19.01", "x")).kid != keys.seal_key(Agency("H19", "y")).kid


def test_a_long_vietnamese_name_fits_the_certificate(tmp_path: Path):
    name = "Trung tâm Phục vụ hành chính công thành phố Hồ Chí Minh, phường Tân Sơn Nhất"
    subject = authority(tmp_path).seal_key(Agency("H29", name)).certificate.subject
    assert any(str(attribute.value).startswith("Trung tâm") for attribute in subject)


def test_a_seal_may_not_issue_certificates(tmp_path: Path):
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        child = issued(desk.authority.seal_key(AGENCY), Purpose.SEAL, "Child", "H19")
        certificate, *others = (child.asn1_certificate, *child.asn1_intermediates)
        problem = desk.anchors.problem_with_signer(certificate, others, clock.now())
        assert problem is signing.Finding.UNKNOWN_AUTHORITY
