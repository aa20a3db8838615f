"""The pages of a demonstration, made once; a bare file server; a browser."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from safeconduct.front.pages.build import write_pages
from safeconduct.front.pages.tests.making import KEY, demonstration
from tests.browser import chromium


@pytest.fixture(scope="session")
def pages_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "pages"
    write_pages(folder, demonstration(), key=KEY)
    return folder


@pytest.fixture(scope="session")
def file_server(pages_folder: Path) -> Iterator[str]:
    """The address of Python's own file server: no program of ours runs."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(pages_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().split(" port ")[1].split()[0]
        yield f"http://127.0.0.1:{port}"
        server.terminate()


@pytest.fixture(scope="session")
def browser() -> Browser:
    return chromium()
