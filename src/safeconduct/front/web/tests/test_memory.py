"""Thousands write on one evening: what one of them sent is let go as soon as the page is answered."""

import gc
import tracemalloc
from collections.abc import Iterator
from io import RawIOBase

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from safeconduct.front.web.rules import MAX_FILE_BYTES, MAX_FILES

MIB = 1024 * 1024
PAGE = 256 * 1024
HEAD = b'\r\n--edge\r\nContent-Disposition: form-data; name="a"; filename="a.exe"\r\n\r\n'
pytestmark = pytest.mark.django_db


class Line(RawIOBase):
    """A telephone line that brings a form with files and holds none of them. It may break before the end."""

    def __init__(self, files: int, *, breaks_after: int | None = None) -> None:
        self.length = files * (len(HEAD) + MAX_FILE_BYTES) + len(b"\r\n--edge--\r\n")
        self._breaks_after = breaks_after
        self._brought = 0
        self._waiting = iter([part for _ in range(files) for part in (HEAD, *[None] * (MAX_FILE_BYTES // PAGE))])

    def read(self, size: int = -1) -> bytes:
        part = next(self._waiting, b"\r\n--edge--\r\n")
        content = bytes(PAGE) if part is None else part
        self._brought += len(content)
        if self._breaks_after is not None and self._brought > self._breaks_after:
            raise OSError
        return content


def arrives(line: Line) -> str:
    """As the server calls it: no client of a test holds the request or the answer."""
    environ = RequestFactory().post("/ru/w", content_type="multipart/form-data; boundary=edge").environ
    environ |= {"wsgi.input": line, "CONTENT_LENGTH": str(line.length)}
    told: list[str] = []
    answer = WSGIHandler()(environ, lambda status, _headers: told.append(status))  # type: ignore[arg-type]
    list(answer)
    answer.close()
    return told[0]


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Python looks for things that hold each other when there are many of them: a few very large ones stay for long."""
    arrives(Line(1))
    gc.collect()
    gc.disable()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_large_files_leave_the_memory_with_the_request() -> None:
    for _time in range(3):
        assert arrives(Line(MAX_FILES)) == "200 OK"

    assert tracemalloc.get_traced_memory()[0] < MIB


@pytest.mark.usefixtures("uncollected")
def test_a_file_that_breaks_off_leaves_the_memory_too() -> None:
    for _time in range(3):
        assert arrives(Line(1, breaks_after=8 * MIB)) == "400 Bad Request"

    assert tracemalloc.get_traced_memory()[0] < MIB


@pytest.mark.usefixtures("uncollected")
def test_files_beyond_the_third_are_not_kept_even_while_they_arrive() -> None:
    arrives(Line(9))

    # Three files, and the third once more while it is put together.
    assert tracemalloc.get_traced_memory()[1] < (MAX_FILES + 1) * MAX_FILE_BYTES + 2 * MIB
