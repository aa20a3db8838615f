"""Thousands write on one evening: what one of them sent is let go as soon as the page is answered."""

import gc
import tracemalloc
from collections.abc import Iterator

import pytest
from django.http import UnreadablePostError

from safeconduct.front.web.rules import MAX_FILE_BYTES
from safeconduct.front.web.tests.people import Person

MIB = 1024 * 1024


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Python looks for things that hold each other by their number only: a few very large ones may stay for hours."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_large_files_leave_the_memory_with_the_request(person: Person) -> None:
    files = [("a.exe", bytes(MAX_FILE_BYTES))] * 3
    person.goes_to("w").sends(files=files)
    held, _peak = tracemalloc.get_traced_memory()

    for _time in range(3):
        person.sends(files=files)

    assert tracemalloc.get_traced_memory()[0] - held < MIB


@pytest.mark.usefixtures("uncollected")
def test_more_files_than_are_taken_are_not_even_kept_in_memory(person: Person) -> None:
    person.goes_to("w").sends(files=[("a.exe", bytes(MAX_FILE_BYTES))])
    tracemalloc.reset_peak()
    held, _peak = tracemalloc.get_traced_memory()

    person.sends(files=[("a.txt", b"a")] * 3 + [("b.exe", bytes(MAX_FILE_BYTES))] * 6)

    # The browser of the test holds the whole form in memory, three times over: as files, as a form, as a stream.
    assert "a.txt" not in person.text
    sent = 6 * MAX_FILE_BYTES
    assert tracemalloc.get_traced_memory()[1] - held < 3 * sent + 10 * MIB


def test_a_form_that_breaks_off_is_told_in_a_sentence(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks_off(*_: object) -> None:
        raise UnreadablePostError

    monkeypatch.setattr("safeconduct.front.web.uploads.InMemoryOnly.receive_data_chunk", breaks_off)

    person.goes_to("w").sends(words="Вот", files=[("a.pdf", b"%PDF-")])

    assert person.status == 400
