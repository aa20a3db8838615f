"""What comes out of the printer gives the key back, and says to three people what to do with it."""

import itertools
import shutil
import subprocess
from pathlib import Path

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from safeconduct.inner.site import paper
from safeconduct.sealing.stores import join_recovery, split_recovery

SEED = b"\x31" * 32


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, as a reader finds them."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.fail("poppler-utils is missing: apt install poppler-utils")
    read = subprocess.run([program, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode().rstrip("\f").split("\f")


def share_on(page: str) -> str:
    """What somebody types who reads the numbered words in order."""
    words = page.split()
    numbered = {
        int(number): word for number, word in itertools.pairwise(words) if number.isdecimal() and word in WORDLIST
    }
    return " ".join(numbered[place] for place in sorted(numbered))


def test_any_two_pages_give_the_key_back() -> None:
    shares = split_recovery(SEED)

    pages = pages_of(paper.recovery_pages(shares))

    assert [share_on(page) for page in pages] == shares
    assert join_recovery([share_on(pages[2]), share_on(pages[0])]) == SEED


def test_each_page_says_in_three_languages_what_for_and_how() -> None:
    for page in pages_of(paper.recovery_pages(split_recovery(SEED))):
        for words in ("Для чого і як", "Для чего и как", "What for, and how", "drill recovery"):
            assert words in page


def test_nothing_is_written_while_pages_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    paper.recovery_pages(split_recovery(SEED))

    assert list(tmp_path.iterdir()) == []


def test_a_page_that_would_lack_letters_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        def joinpath(self, _name: str) -> "Elsewhere":
            return self

        def read_bytes(self) -> bytes:
            return b'#set text(font: "No Such Family")\n#sys.inputs.shares'

    monkeypatch.setattr(paper, "files", lambda _package: Elsewhere())

    with pytest.raises(paper.CannotPrint):
        paper.recovery_pages(split_recovery(SEED))


def test_a_slip_says_no_word_of_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: object, **how: object) -> None:
        raise RuntimeError(str(how))

    monkeypatch.setattr("typst.compile_with_warnings", breaks)
    shares = split_recovery(SEED)

    with pytest.raises(paper.CannotPrint) as slip:
        paper.recovery_pages(shares)

    assert shares[0].split()[4] not in str(slip.value)
    assert slip.value.__cause__ is None
