"""The browser without scripts reads a page as a person would see it, and sends what a person would send."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from safeconduct.demo.browser import Browser, Choice, Upload

PAGE = """<!doctype html><title>not words</title><script>not words</script>
<p>What is it?</p><a href="other">Another page</a>
<form method="post" action="/sent" enctype="multipart/form-data">
  <input type="hidden" name="sealed" value="a&amp;b">
  <label><input type="radio" name="answer" value="yes" id="y"> Yes, nobody is near</label>
  <input type="radio" name="answer" value="no" id="n" checked><label for="n">No</label>
  <select name="hour"><option value="1">one</option><option value="2" selected>two</option></select>
  <textarea name="words">
Kept</textarea><input type="file" name="file"><input type="text" name="off" disabled value="x">
  <button name="press" value="next">Next</button><input type="submit" name="press" value="skip">
</form>"""


class _Asked(BaseHTTPRequestHandler):
    seen: list[tuple[str, bytes, str]]

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "seat=7; HttpOnly")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, body, self.headers.get("Cookie", "")))
        self.send_response(303)
        self.send_header("Location", "/thanks")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    _Asked.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Asked) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def browser(server: ThreadingHTTPServer) -> Browser:
    return Browser(f"http://localhost:{server.server_port}/")


def test_it_sees_words_links_and_what_may_be_chosen(browser: Browser) -> None:
    page = browser.get("/")

    (form,) = page.forms
    assert "not words" not in page.text
    assert page.links == [Choice("", "other", "Another page")]
    assert [(choice.value, choice.label) for choice in form.choices[:2]] == [
        ("yes", "Yes, nobody is near"),
        ("no", "No"),
    ]
    assert form.fields == {"sealed": "a&b", "answer": "no", "hour": "2", "words": "Kept"}
    assert [button.label for button in form.buttons] == ["Next", "skip"]
    assert form.files == ["file"]


def test_it_sends_what_was_filled_in_and_follows(browser: Browser, server: ThreadingHTTPServer) -> None:
    page = browser.get("/")
    form = page.form_with("answer")

    after = browser.send(
        page,
        form,
        filled={"words": "Слова"},
        pressed=form.buttons[0],
        uploads=[("file", Upload("sheet.png", "image/png", b"\x89PNG"))],
    )

    ((path, body, cookie),) = _Asked.seen
    assert (path, cookie) == ("/sent", "seat=7")
    assert after.address.endswith("/thanks")
    for part in ('name="sealed"\r\n\r\na&b\r\n', 'name="words"\r\n\r\nСлова\r\n', 'name="press"\r\n\r\nnext\r\n'):
        assert part.encode() in body
    assert b'filename="sheet.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n' in body
    assert b"off" not in body


def test_a_page_without_that_form_is_told(browser: Browser) -> None:
    with pytest.raises(LookupError, match="has code"):
        browser.get("/").form_with("code")
