"""In the demonstration the front serves the files itself: those files and nothing else."""

from pathlib import Path

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory, override_settings

from safeconduct.front.pages.serve import page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    (pages / "uk").mkdir(parents=True)
    (pages / "index.html").write_text("languages")
    (pages / "uk/index.html").write_text("початок")
    (pages / "uk/k0a1b.html").write_text("тема")
    (pages / "SHA256.sig").write_text("signed list")
    (pages / "notes.txt").write_text("not ours to serve")
    (pages / ".hidden.html").write_text("hidden")
    (tmp_path / "secret.html").write_text("secret")
    (pages / "uk/link.html").symlink_to(tmp_path / "secret.html")
    return pages


def ask(folder: Path, path: str, method: str = "GET") -> HttpResponse:
    with override_settings(FRONT_PAGES_DIR=folder):
        return page(RequestFactory().generic(method, "/any"), path)


@pytest.mark.parametrize(
    ("path", "words", "kind"),
    [
        ("", "languages", "text/html; charset=utf-8"),
        ("index.html", "languages", "text/html; charset=utf-8"),
        ("uk/", "початок", "text/html; charset=utf-8"),
        ("uk/k0a1b.html", "тема", "text/html; charset=utf-8"),
        ("SHA256.sig", "signed list", "text/plain; charset=utf-8"),
    ],
)
def test_a_page_is_served_and_kept_nowhere(folder: Path, path: str, words: str, kind: str) -> None:
    answer = ask(folder, path)

    assert answer.content.decode() == words
    assert answer["Content-Type"] == kind
    assert answer["Cache-Control"] == "no-store"


def test_style_and_script_are_those_of_the_release(folder: Path) -> None:
    assert ask(folder, "s/p.css")["Content-Type"] == "text/css; charset=utf-8"
    assert b"getElementById" in ask(folder, "s/x.js").content


@pytest.mark.parametrize(
    "path",
    [
        "../secret.html",
        "uk/../../secret.html",
        "uk/..%2f..%2fsecret.html",
        "..\\secret.html",
        "/etc/passwd",
        "//secret.html",
        ".hidden.html",
        "uk/link.html",
        "notes.txt",
        "nothing.html",
        "uk/uk",
        "s",
        "s/",
        "s/../build.py",
        "s/p.css/",
        "uk/k0a1b.html\x00",
        "uk/k0a1b.html\n",
        "a" * 5000,
        "a" * 300 + ".html",
    ],
)
def test_nothing_else_is_served(folder: Path, path: str) -> None:
    with pytest.raises(Http404):
        ask(folder, path)


def test_pages_are_read_and_not_written_to(folder: Path) -> None:
    assert ask(folder, "index.html", "HEAD").status_code == 200
    for method in ("POST", "PUT", "DELETE"):
        with pytest.raises(Http404):
            ask(folder, "index.html", method)


def test_a_language_alone_leads_to_its_folder(folder: Path) -> None:
    answer = ask(folder, "uk")

    assert (answer.status_code, answer["Location"]) == (302, "/uk/")


def test_through_the_whole_front_a_page_comes_without_cookie_and_is_kept_nowhere(folder: Path) -> None:
    with override_settings(FRONT_PAGES_DIR=folder):
        for path in ("/", "/uk/", "/uk/k0a1b.html", "/s/p.css", "/SHA256.sig"):
            answer = Client().get(path)
            assert answer.status_code == 200, path
            assert answer["Cache-Control"] == "no-store"
            assert not answer.cookies
        assert Client().get("/notes.txt").status_code == 404
