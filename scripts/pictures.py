"""Takes the pictures of the README and of docs/operations.md, from demonstrations of its own: `make pictures`."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from safeconduct.demo.arrivals import AT_ONCE
from safeconduct.demo.making import Place
from scripts.ceremonies import take_of_new_site, take_of_running_site
from scripts.desks import new_page, sits_down

TREE = Path(__file__).resolve().parent.parent
PICTURES = TREE / "docs" / "pictures"
PORT = 8190
STARTS_WITHIN_SECONDS = 120
ANSWER = "Мы на связи. Оставайтесь, где вы есть, и ждите нашего подтверждения."


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = subprocess.Popen(
            [sys.executable, "-m", "safeconduct.cli", "demo", "--data", folder, "--port", str(PORT)],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            said = wait_for(Path(folder) / "demo.json", demo)
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
            take_person(browser, said["front_url"])
            desk = take_desk(browser, said)
            take_of_running_site(browser, desk, Place(Path(folder), PORT), PICTURES)
            take_of_new_site(browser, PICTURES)
            browser.close()
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=30)


def wait_for(file: Path, demo: "subprocess.Popen[bytes]") -> dict[str, Any]:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while not file.exists():
        if demo.poll() is not None or time.monotonic() > end:
            sys.exit("The demonstration did not start: see what it said above.")
        time.sleep(0.2)
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


def take_person(browser: Browser, front_url: str) -> None:
    """The page on which somebody writes, on a telephone, in English for the README's readers."""
    page = new_page(browser, width=390, height=844)
    page.goto(f"{front_url}/en/w")
    page.screenshot(path=PICTURES / "person.png")
    page.context.close()


def take_desk(browser: Browser, said: dict[str, Any]) -> Page:
    """The desk as an operator has it before her: a case taken, an answer begun. It stays open."""
    page = sits_down(browser, said["inner_url"], said["operators"][0])
    page.locator("a.row").nth(AT_ONCE - 1).wait_for()
    page.locator("#take-next").click()
    page.locator("#answer").fill(ANSWER)
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / "desk.png")
    page.locator("#answer").fill("")
    return page


if __name__ == "__main__":
    main()
