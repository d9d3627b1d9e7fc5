"""An archive is complete and unchanged, or it is refused before anything is touched."""

import io
import tarfile

import pytest

from commands.backup.archive import reading, writing
from commands.errors import ArchiveDamaged


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "backup.tar.gz"
    with writing(path) as new:
        new.add("documents/a", io.BytesIO(b"first"), 5)
        new.add_lines("database/t.jsonl", [b"[1]\n", b"[2]\n"])
        new.finish({"version": "0.1.0"})
    return path


def rewritten(path, change):
    """The archive with its members changed by a function of name and content; None drops one."""
    with tarfile.open(path) as old:
        members = {name: old.extractfile(name).read() for name in old.getnames()}
    with tarfile.open(path, "w:gz") as new:
        for name, content in members.items():
            if (changed := change(name, content)) is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(changed)
                new.addfile(entry, io.BytesIO(changed))
    return path


def test_what_was_written_is_read_back(archive):
    with reading(archive) as opened:
        assert opened.manifest["version"] == "0.1.0"
        assert opened.names("documents/") == ["a"]
        assert opened.open("documents/a").read() == b"first"
        assert list(opened.open("database/t.jsonl")) == [b"[1]\n", b"[2]\n"]


def test_only_its_owner_may_read_it(archive):
    assert archive.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["documents/a", "database/t.jsonl"])
def test_a_changed_member_is_refused_by_name(archive, name):
    rewritten(archive, lambda each, content: b"other" if each == name else content)
    with pytest.raises(ArchiveDamaged, match=name), reading(archive):
        pass


def test_a_missing_member_is_refused_by_name(archive):
    rewritten(archive, lambda each, content: None if each == "documents/a" else content)
    with pytest.raises(ArchiveDamaged, match="documents/a"), reading(archive):
        pass


def test_an_archive_without_manifest_is_refused(archive):
    rewritten(archive, lambda each, content: None if each == "manifest.json" else content)
    with pytest.raises(ArchiveDamaged, match="manifest"), reading(archive):
        pass


def test_an_archive_that_was_cut_off_is_refused(archive):
    archive.write_bytes(archive.read_bytes()[:300])
    with pytest.raises(ArchiveDamaged), reading(archive):
        pass


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir")
    with pytest.raises(ArchiveDamaged), reading(path):
        pass


def test_a_backup_that_fails_leaves_no_file_and_no_older_one_lost(archive):
    before = archive.read_bytes()
    with pytest.raises(OSError, match="end of data"), writing(archive) as new:
        new.add("documents/a", io.BytesIO(b"second"), 600)
    assert archive.read_bytes() == before
    assert list(archive.parent.iterdir()) == [archive]
