"""Two quick ways, each held to the slow one: reading a form without files, and filling a page with holes."""

import io

from django.core.handlers.wsgi import WSGIRequest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.front.web.multipart import fields_without_files
from safeconduct.front.web.views.holes import Mould

EDGE = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
NAMES = st.text("abcdegh0123456789_", min_size=1, max_size=10)


def request(body: bytes, *, edge: str = EDGE) -> WSGIRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": f"multipart/form-data; boundary={edge}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
    )


def as_sent(fields: dict[str, bytes], *, unchosen: int = 0) -> bytes:
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n'.encode() + v + b"\r\n"
        for n, v in fields.items()
    ]
    nothing = f'--{EDGE}\r\nContent-Disposition: form-data; name="file{{}}"; filename=""\r\n'
    kind = "Content-Type: application/octet-stream\r\n\r\n\r\n"
    parts += [(nothing.format(number) + kind).encode() for number in range(unchosen)]
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()


@given(st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=8), st.integers(0, 3))
def test_a_form_without_files_reads_as_django_reads_it(fields: dict[str, bytes], unchosen: int) -> None:
    body = as_sent(fields, unchosen=unchosen)

    mine = fields_without_files(request(body))

    # Of what was not chosen Django makes an empty field, which says nothing.
    assert mine == {name: str(value) for name, value in request(body).POST.items() if not name.startswith("file")}


@given(st.binary(max_size=400))
def test_whatever_else_comes_is_left_to_django(noise: bytes) -> None:
    for body in (noise, as_sent({"words": b"x"})[:-7] + noise, noise + as_sent({"words": b"x"})):
        found = fields_without_files(request(body))
        assert found is None or "words" in found


def test_a_form_with_a_file_is_left_to_django() -> None:
    body = as_sent({"words": b"x"}, unchosen=1).replace(b'filename=""', b'filename="a.pdf"')

    assert fields_without_files(request(body)) is None


def test_a_form_of_many_fields_or_much_text_is_left_to_django() -> None:
    assert fields_without_files(request(as_sent({f"a{n}": b"" for n in range(50)}))) is None
    assert fields_without_files(request(as_sent({"words": b"x" * 70_000}))) is None


def test_an_edge_within_another_edge_is_no_edge() -> None:
    body = as_sent({"words": b"a\r\n--" + EDGE.encode() + b"more\r\n\r\nb"})

    found = fields_without_files(request(body))

    assert found is None or found == {name: str(value) for name, value in request(body).POST.items()}


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_page_with_holes_is_the_page_that_the_template_gives(one: str, other: str) -> None:
    template = engines["django"].from_string('<p title="{{ one }}">{{ other }}{{ fixed }}</p>{{ one }}')

    mould = Mould(lambda holes: template.render({**holes, "fixed": "<&>"}), ["one", "other"])

    assert mould.filled({"one": one, "other": other}) == template.render({"one": one, "other": other, "fixed": "<&>"})
