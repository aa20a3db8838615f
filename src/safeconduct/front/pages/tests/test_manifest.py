"""Anybody can check the files: what is missing, changed or surplus is named."""

import shutil
import subprocess
from pathlib import Path

import pytest

from safeconduct.front.pages.build import write_pages
from safeconduct.front.pages.manifest import MANIFEST, verify_pages
from safeconduct.front.pages.tests.making import KEY, demonstration
from safeconduct.sealing.signify import new_key, public_file, sign_embedded


@pytest.fixture
def folder(tmp_path: Path, pages_folder: Path) -> Path:
    return Path(shutil.copytree(pages_folder, tmp_path / "stick"))


def test_untouched_files_are_in_order(folder: Path) -> None:
    assert verify_pages(folder, KEY.public) == []


def test_missing_changed_and_surplus_files_are_named(folder: Path) -> None:
    (folder / "uk/index.html").unlink()
    with (folder / "ru/index.html").open("ab") as page:
        page.write(b" ")
    (folder / "en/more.html").write_text("one page more")
    (folder / ".hidden").write_text("hidden")

    assert verify_pages(folder, KEY.public) == [
        ".hidden is surplus: it is not in the list",
        "en/more.html is surplus: it is not in the list",
        "ru/index.html was changed",
        "uk/index.html is missing",
    ]


def test_a_link_in_place_of_a_file_is_a_change(folder: Path, tmp_path: Path) -> None:
    page = folder / "ru/index.html"
    page.rename(tmp_path / "elsewhere.html")
    page.symlink_to(tmp_path / "elsewhere.html")

    assert verify_pages(folder, KEY.public) == ["ru/index.html was changed"]


def test_a_list_that_is_missing_altered_or_signed_by_another_proves_nothing(folder: Path) -> None:
    signed = (folder / MANIFEST).read_bytes()

    assert verify_pages(folder, new_key().public) == [
        "SHA256.sig was changed, or is signed by another key: nothing here can be trusted"
    ]
    for altered in (signed.replace(b"SHA256 (", b"SHA256  (", 1), signed[:-1], signed + b"\n", b"", b"\xff" * 200):
        (folder / MANIFEST).write_bytes(altered)
        assert verify_pages(folder, KEY.public)[0].startswith("SHA256.sig was changed")
    (folder / MANIFEST).write_bytes(sign_embedded(b"\xff no list\n", key=KEY))
    assert verify_pages(folder, KEY.public)[0].startswith("SHA256.sig was changed")
    (folder / MANIFEST).unlink()
    assert verify_pages(folder, KEY.public) == ["SHA256.sig is missing: nothing here can be checked"]


def test_writing_again_replaces_all_and_leaves_nothing_behind(folder: Path) -> None:
    (folder / "uk/old.html").write_text("from an older release")

    write_pages(folder, demonstration(), key=KEY)

    assert verify_pages(folder, KEY.public) == []
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_sha256sum_of_everybodys_machine_agrees(folder: Path) -> None:
    """BSD lines: coreutils reads them as they are."""
    lines = (folder / MANIFEST).read_text().splitlines(keepends=True)[2:]

    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "-"], input="".join(lines), text=True, cwd=folder, check=False
    )

    assert len(lines) > 50
    assert checked.returncode == 0


def test_signify_itself_agrees(folder: Path, tmp_path: Path) -> None:
    if shutil.which("signify-openbsd") is None:
        pytest.fail("This test needs the program that people check our pages with: apt install signify-openbsd")
    (tmp_path / "pages.pub").write_bytes(public_file(KEY.public))

    checked = subprocess.run(
        ["signify-openbsd", "-C", "-q", "-p", str(tmp_path / "pages.pub"), "-x", MANIFEST], cwd=folder, check=False
    )

    assert checked.returncode == 0
