"""Only plain files below the folder come out of an archive, whoever made it, with any Python from 3.11.0."""

import io
import tarfile

import pytest

from exchange.backup import packing
from exchange.backup.manifest import BackupProblem


def archive(tmp_path, *members):
    with tarfile.open(tmp_path / "files.tar", "w") as content:
        for name, kind, target in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, target, 3 if kind == tarfile.REGTYPE else 0
            content.addfile(member, io.BytesIO(b"abc"))
    return tmp_path / "files.tar"


def test_files_come_out_under_their_names(tmp_path):
    made = archive(tmp_path, ("data/0f/1", tarfile.REGTYPE, ""), ("evidence/2", tarfile.REGTYPE, ""))

    packing.unpack(made, tmp_path / "draft")

    found = {str(path.relative_to(tmp_path / "draft")) for path in (tmp_path / "draft").rglob("*") if path.is_file()}
    assert found == {"data/0f/1", "evidence/2"}
    assert (tmp_path / "draft" / "data/0f/1").read_bytes() == b"abc"


@pytest.mark.parametrize(
    "member",
    [
        ("../out", tarfile.REGTYPE, ""),
        ("data/../../out", tarfile.REGTYPE, ""),
        ("/tmp/out", tarfile.REGTYPE, ""),  # noqa: S108 - never made
        ("link", tarfile.SYMTYPE, "/etc/passwd"),
        ("hard", tarfile.LNKTYPE, "data/1"),
        ("device", tarfile.CHRTYPE, ""),
        ("pipe", tarfile.FIFOTYPE, ""),
    ],
    ids=lambda member: member[0],
)
def test_anything_else_is_refused(tmp_path, member):
    made = archive(tmp_path, ("data/1", tarfile.REGTYPE, ""), member)

    with pytest.raises(BackupProblem, match="which no backup of the exchange does"):
        packing.unpack(made, tmp_path / "draft")

    assert not (tmp_path / "out").exists()


def test_archive_that_is_none_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "files.tar").write_bytes(b"no archive" * 100)

    with pytest.raises(BackupProblem, match=r"files\.tar cannot be unpacked"):
        packing.unpack(tmp_path / "files.tar", tmp_path / "draft")
