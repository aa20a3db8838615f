"""The pictures of docs/operations.md: what people see at the terminal of inner and at the desk, from real runs.

The sites are demonstrations, made for the pictures and deleted with them: the words on them open nothing. Names of
folders are replaced by those that a headquarters would have, and that it is a demonstration is left out of `init`.
"""

import html
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from safeconduct.demo.making import Place
from safeconduct.demo.totp import code_now

LARGEST = 80_000
COLOURS = 48
PROMPT_ENDS = b": "
LOOK = """
body { margin: 0; background: #f1f0ec } #screen { width: 900px; padding: 14px }
header { font: 13px "DejaVu Sans", sans-serif; color: #434b4f; padding: 0 4px 8px }
pre { margin: 0; padding: 14px 16px; background: #131719; color: #e2e0da; border-radius: 6px;
      font: 13px/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere }
b { color: #a6dae5; font-weight: normal } i { color: #979fa2; font-style: normal }
"""
RINGS = """
import django; django.setup()
from safeconduct.inner.duty.alarms import ring
from safeconduct.inner.operators.models import Operator
ring("bulk_reading", by=Operator.objects.get(username="taras"))
"""


@dataclass
class Terminal:
    """One screen: commands typed one after the other, and what they said. `shown_as`: names of folders."""

    data: Path
    shown_as: dict[str, str]
    settings: dict[str, str] = field(default_factory=dict)
    screen: list[str] = field(default_factory=list)

    def types(self, *words: str, unseen: Sequence[str] = ()) -> str:
        """`safeconduct words`, and at its prompts what nobody sees. What it said."""
        said = self._said_by(words, list(unseen))
        for real, shown in self.shown_as.items():
            said = said.replace(real, shown)
        asked = " ".join(f'"{word}"' if " " in word else word for word in words)
        for real, shown in self.shown_as.items():
            asked = asked.replace(real, shown)
        answered = re.sub(r"^((?:Six words|Share) .*: ?)$", r"<i>\1(typed unseen)</i>", html.escape(said), flags=re.M)
        self.screen.append(f"<b>$ safeconduct {html.escape(asked)}</b>\n{answered}".rstrip())
        return said

    def quietly(self, *words: str, unseen: Sequence[str] = ()) -> str:
        """The same, and nothing of it in the picture."""
        said = self.types(*words, unseen=unseen)
        self.screen.pop()
        return said

    def _said_by(self, words: Sequence[str], unseen: list[str]) -> str:
        settings = {**os.environ, **self.settings, "SAFECONDUCT_DATA": str(self.data), "COLUMNS": "110"}
        child, terminal = pty.fork()
        if child == 0:
            os.execve(sys.executable, [sys.executable, "-m", "safeconduct.cli", *words], settings)
        said = b""
        while True:
            try:
                said += os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if unseen and said.endswith(PROMPT_ENDS):
                os.write(terminal, unseen.pop(0).encode() + b"\n")
        os.close(terminal)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status or unseen:
            sys.exit(f"safeconduct {words[0]} did not go as the page says:\n{said.decode()}")
        return said.decode().replace("\r\n", "\n")

    def taken(self, browser: Browser, file: Path) -> None:
        """The screen as a picture; the next begins empty."""
        page = browser.new_page(viewport={"width": 940, "height": 600})
        text = "\n\n".join(self.screen)
        page.set_content(
            f'<style>{LOOK}</style><div id="screen"><header>At the terminal of inner. A demonstration: '
            f"these words and keys open nothing.</header><pre>{text}</pre></div>"
        )
        keep_small(page.locator("#screen").screenshot(), file)
        page.close()
        self.screen.clear()


def keep_small(picture: bytes, file: Path) -> None:
    with Image.open(BytesIO(picture)) as opened:
        opened.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    if file.stat().st_size > LARGEST:
        sys.exit(f"{file.name} is larger than {LARGEST} bytes: show less on it.")


def take_of_running_site(browser: Browser, desk: Page, place: Place, pictures: Path) -> None:
    """What is done while both wings run. `desk`: Olena's page, logged in and with a case of hers."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as stick:
        at = Terminal(place.data, {stick: "/media/stick", str(place.data): "/srv/safeconduct"}, place.settings)
        words = {str(one["username"]): str(one["passphrase"]) for one in place.log_ins()}
        both, by = [words["olena"], words["taras"]], ("--by", "olena", "--by", "taras")

        at.types("operators", "add", "nadia", "--name", "Nadia", "--role", "operator")
        at.types("operators", "admit", "nadia", *by, unseen=both)
        at.taken(browser, pictures / "ceremony-admit.png")
        desk.reload()
        keep_small(desk.screenshot(clip={"x": 0, "y": 0, "width": 1440, "height": 330}), pictures / "ceremony-seen.png")

        marta = entered(at, "marta", "Marta", "supervisor")
        at.quietly("operators", "admit", "marta", *by, unseen=both)
        ihor, lesia = entered(at, "ihor", "Ihor", "bureau"), entered(at, "lesia", "Lesia", "bureau-supervisor")
        at.types(
            *("keys", "open-store", "bureau", "--by", "ihor", "--by", "lesia"), unseen=[ihor["words"], lesia["words"]]
        )
        at.types("operators", "list")
        at.taken(browser, pictures / "ceremony-open-store.png")

        at.types("operators", "suspend", "nadia", "--by", "marta", unseen=[marta["words"]])
        at.taken(browser, pictures / "ceremony-suspend.png")
        at.types("operators", "leave", "nadia", *by, unseen=both)
        at.types("backup", f"{stick}/2026-11-22.safeconduct")
        taken_by_front(at, desk)
        at.taken(browser, pictures / "ceremony-leave.png")
        at.types("keys", "rotate", *by, unseen=both)
        at.types("backup", f"{stick}/2026-12-22.safeconduct")
        taken_by_front(at, desk)
        at.taken(browser, pictures / "ceremony-rotate.png")

        at.types("keys", "new-pepper")
        at.taken(browser, pictures / "ceremony-pepper.png")
        at.types("audit", "heads")
        at.types("audit", "verify")
        at.taken(browser, pictures / "ceremony-heads.png")
        at.types("erase", str(1), *by, unseen=both)
        at.taken(browser, pictures / "ceremony-erase.png")
        take_alarm(browser, place, marta, pictures / "ceremony-alarm.png")


def entered(at: Terminal, username: str, name: str, role: str) -> dict[str, str]:
    said = at.quietly("operators", "add", username, "--name", name, "--role", role)
    ((words, secret),) = re.findall(r"six words +(.+)\n +for the authenticator +(\S+)", said)
    return {"username": username, "words": words, "secret": secret}


def taken_by_front(at: Terminal, desk: Page) -> None:
    """`keys status`, once the front has the newest epoch."""
    for _ in range(30):
        newest = [line for line in at.quietly("keys", "status").splitlines() if line.startswith("  epoch")]
        # The bureau's never goes to the front.
        if all("at the front since" in line for line in newest if "olena" in line):
            break
        desk.wait_for_timeout(1000)
    at.types("keys", "status")


def take_alarm(browser: Browser, place: Place, marta: dict[str, str], file: Path) -> None:
    """The bar that rings at the supervisor's desk."""
    settings = {**os.environ, **place.settings, "DJANGO_SETTINGS_MODULE": "safeconduct.settings.inner"}
    subprocess.run([sys.executable, "-c", RINGS], env=settings, check=True)
    page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page.goto(f"{place.url('inner')}/log-in?language=en")
    page.locator("[name=username]").fill(marta["username"])
    page.locator("[name=passphrase]").fill(marta["words"])
    page.locator("[name=digits]").fill(code_now(marta["secret"]))
    page.locator("form[action*='log-in'] button.main").click()
    page.locator(".alarm").wait_for()
    keep_small(page.screenshot(clip={"x": 0, "y": 0, "width": 1440, "height": 330}), file)
    page.context.close()


def take_of_new_site(browser: Browser, pictures: Path) -> None:
    """From nothing, and back from nothing: what is done at the terminal while nothing runs."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory(dir="/dev/shm") as stick:
        data, papers = Path(folder) / "site", Path(stick) / "shares.pdf"
        at = Terminal(data, {stick: "/dev/shm", str(data): "/srv/safeconduct", " --purpose demo": ""})
        at.types(
            *("init", "--front-url", "https://example.org", "--inner-url", "https://desk.example.org"),
            *("--handover-url", "https://front.example.org:8002", "--purpose", "demo"),
            *("--holder", "olena:Olena", "--holder", "taras:Taras:senior", "--papers", str(papers)),
        )
        at.taken(browser, pictures / "ceremony-init.png")
        take_paper(browser, papers, pictures / "ceremony-paper.png")
        shares = shares_on(papers)

        at.shown_as[stick] = "/media/stick"
        last = f"{stick}/2026-11-22.safeconduct"
        at.quietly("backup", last)
        at.types("drill", "recovery", last, unseen=shares[:2])
        at.taken(browser, pictures / "ceremony-drill.png")
        at.types(
            "keys", "recover", "appeals", *holder("petro", "Petro"), *holder("bohdan", "Bohdan"), unseen=shares[1:]
        )
        at.types("backup", f"{stick}/2026-11-23.safeconduct")
        at.types("init", "--front")
        at.taken(browser, pictures / "ceremony-recover.png")
        shutil.move(data / "front", Path(folder) / "burned")
        at.types("init", "--front")
        at.types("front", "--migrate")
        at.types("pages", "build")
        at.taken(browser, pictures / "ceremony-front.png")
        shutil.rmtree(data)
        at.types("restore", f"{stick}/2026-11-23.safeconduct", unseen=[shares[0], shares[2]])
        at.taken(browser, pictures / "ceremony-restore.png")


def holder(username: str, name: str) -> tuple[str, str]:
    return "--holder", f"{username}:{name}:operator"


def take_paper(browser: Browser, papers: Path, file: Path) -> None:
    command = ["pdftoppm", "-r", "60", "-png", "-f", "1", "-l", "1", "-H", "450", str(papers)]
    drawn = b64encode(subprocess.run(command, capture_output=True, check=True).stdout).decode()
    page = browser.new_page(viewport={"width": 940, "height": 600})
    page.set_content(
        f'<style>{LOOK}</style><div id="screen"><header>One of the three pages. A demonstration: these words open '
        f'nothing.</header><img alt="" src="data:image/png;base64,{drawn}"></div>'
    )
    keep_small(page.locator("#screen").screenshot(), file)
    page.close()


def shares_on(papers: Path) -> list[str]:
    """The words of each page in their order."""
    text = subprocess.run(["pdftotext", "-layout", papers, "-"], capture_output=True, check=True, text=True).stdout
    pages = [page for page in text.split("\f") if page.strip()]
    numbered: list[dict[int, str]] = [
        {int(number): word for number, word in re.findall(r"(\d+)\s{3,}([a-z]+)", page)} for page in pages
    ]
    return [" ".join(words[number] for number in sorted(words)) for words in numbered]
