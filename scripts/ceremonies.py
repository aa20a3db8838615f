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
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page

from safeconduct.demo.making import Place
from safeconduct.interview.harmless import FEWEST_OF_A_SITE
from scripts.desks import TOP, keep_part, keep_small, keep_top, new_page, sits_down, with_passkey

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
    said: str = ""

    def types(self, *words: str, unseen: Sequence[str] = ()) -> str:
        """`safeconduct words`, and at its prompts what nobody sees. What it said."""
        said = self.said = self._said_by(words, list(unseen))
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


def take_of_running_site(browser: Browser, desk: Page, place: Place, pictures: Path) -> None:
    """What is done while both wings run. `desk`: Olena's page, logged in and with a case of hers."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as stick:
        at = Terminal(place.data, {stick: "/media/stick", str(place.data): "/srv/safeconduct"}, place.settings)
        people = {str(one["username"]): one for one in place.log_ins()}
        both, by = [str(people[name]["passphrase"]) for name in ("olena", "taras")], ("--by", "olena", "--by", "taras")
        case = desk.url.rstrip("/").rpartition("/")[2]
        take_my_keys(desk, place, case, pictures)

        at.types("operators", "add", "nadia", "--name", "Nadia", "--role", "operator")
        nadia = told_by(at, "nadia")
        at.types("operators", "admit", "nadia", *by, unseen=both)
        at.taken(browser, pictures / "ceremony-admit.png")
        desk.reload()
        keep_top(desk, pictures / "ceremony-seen.png")
        marta, petro = entered(at, "marta", "Marta", "supervisor"), entered(at, "petro", "Petro", "auditor")
        at.quietly("operators", "admit", "marta", *by, unseen=both)
        band = sits_down(browser, place.url("inner"), marta)
        taras = sits_down(browser, place.url("inner"), people["taras"])
        take_glass(taras, band, place, case, pictures)
        take_duress(browser, at, band, place, nadia, pictures)
        at.quietly("operators", "admit", "nadia", *by, unseen=both)
        take_further_store(browser, at, pictures)
        take_log(browser, place, petro, pictures)
        at.types("operators", "suspend", "nadia", "--by", "marta", unseen=[marta["passphrase"]])
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
        take_alarm(band, place, pictures / "ceremony-alarm.png")
        take_second_codes(browser, at, place, pictures)
        take_lock(browser, at, (desk, taras), by, both, pictures)


def entered(at: Terminal, username: str, name: str, role: str) -> dict[str, str]:
    at.quietly("operators", "add", username, "--name", name, "--role", role)
    return told_by(at, username)


def told_by(at: Terminal, username: str) -> dict[str, str]:
    """What `operators add` has just shown once."""
    ((words, secret),) = re.findall(r"six words +(.+)\n +for the authenticator +(\S+)", at.said)
    return {"username": username, "passphrase": words, "totp_secret": secret}


def take_my_keys(desk: Page, place: Place, case: str, pictures: Path) -> None:
    """At once after log-in: five minutes later the second factor would be asked for again."""
    with_passkey(desk, place.url("inner"), "At home")
    keep_part(desk, "main", pictures / "ceremony-my-keys.png")
    desk.goto(f"{place.url('inner')}/cases/{case}")


def take_glass(taras: Page, band: Page, place: Place, case: str, pictures: Path) -> None:
    """Taras opens Olena's case with a reason, and Marta hears of it."""
    taras.goto(f"{place.url('inner')}/cases/{case}/glass")
    taras.locator("[name=reason]").first.check()
    keep_part(taras, "#talk-scroll form", pictures / "ceremony-glass.png")
    taras.locator("form[action$='/glass'] button").click()
    takes_alarm(band, pictures / "ceremony-glass-band.png")


def take_duress(
    browser: Browser, at: Terminal, band: Page, place: Place, nadia: dict[str, str], pictures: Path
) -> None:
    """Nadia gets other words, somebody forces her, and Marta is told without a sound."""
    said = at.types("operators", "duress", "nadia", unseen=[nadia["passphrase"]])
    at.taken(browser, pictures / "ceremony-duress.png")
    (other_words,) = re.findall(r"six words for duress +(.+)", said)
    sits_down(browser, place.url("inner"), nadia, words=other_words).context.close()
    takes_alarm(band, pictures / "ceremony-duress-band.png")


def take_log(browser: Browser, place: Place, petro: dict[str, str], pictures: Path) -> None:
    log = sits_down(browser, place.url("inner"), petro)
    log.locator("[name=chain]").select_option("appeals")
    log.locator("[name=by]").select_option(label="Тарас")
    log.locator("#show").click()
    log.locator("#verify").click()
    log.get_by_text("Every chain and every signed head holds").wait_for()
    keep_small(log.screenshot(clip={**TOP, "height": 620}), pictures / "ceremony-log.png")


def takes_alarm(band: Page, file: Path) -> None:
    band.locator(".alarm").wait_for()
    keep_top(band, file)
    band.locator(".alarm button").click()
    band.locator(".alarm").wait_for(state="detached")


def take_further_store(browser: Browser, at: Terminal, pictures: Path) -> None:
    ihor, lesia = entered(at, "ihor", "Ihor", "bureau"), entered(at, "lesia", "Lesia", "bureau-supervisor")
    words = [ihor["passphrase"], lesia["passphrase"]]
    at.types("keys", "open-store", "bureau", "--by", "ihor", "--by", "lesia", unseen=words)
    at.types("operators", "list")
    at.taken(browser, pictures / "ceremony-open-store.png")
    at.types("keys", "status")
    at.types("keys", "unlock", "clocks", "--by", "ihor", unseen=words[:1])
    at.types("keys", "status")
    at.taken(browser, pictures / "ceremony-unlock.png")


def take_second_codes(browser: Browser, at: Terminal, place: Place, pictures: Path) -> None:
    """The site has written exchanges of its own. These are invented here, for the picture."""
    own = [
        {"name": f"invented_{number}", "messages": [f"{number}: one.", f"{number}: two."]}
        for number in range(FEWEST_OF_A_SITE)
    ]
    file = place.data / "inner" / "secrets" / "second_threads.yaml"
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump({"en": own, "uk": own, "ru": own}), "utf-8")
    at.types("init", "--front")
    at.types("check")
    at.taken(browser, pictures / "ceremony-check.png")
    page = new_page(browser, width=390, height=844)
    page.goto(f"{place.url('front')}/en/s")
    keep_small(page.screenshot(), pictures / "ceremony-second.png")
    page.context.close()


def take_lock(
    browser: Browser,
    at: Terminal,
    desks: tuple[Page, Page],
    by: Sequence[str],
    both: Sequence[str],
    pictures: Path,
) -> None:
    """Olena asks, Taras confirms; two holders bring it back; then one person at the machine."""
    hers, his = desks
    while (seen := his.locator("form[action$='/admissions/seen'] button")).count():
        seen.first.click()
        his.wait_for_timeout(500)
    hers.locator("#me summary").click()
    hers.locator("#to-lock").click()
    hers.locator("#lock-ask").click()
    his.locator("#lock-confirm").wait_for()
    keep_top(his, pictures / "ceremony-lock-asked.png")
    his.locator("#lock-confirm").click()
    keep_part(his, "main", pictures / "ceremony-lock.png")
    his.locator("#lock-now").click()
    his.locator("#lock-now").wait_for(state="detached")
    at.quietly("keys", "resume", *by, unseen=both)
    at.types("keys", "panic", "--yes")
    at.types("keys", "status")
    at.types("keys", "resume", *by, unseen=both)
    at.taken(browser, pictures / "ceremony-panic.png")


def taken_by_front(at: Terminal, desk: Page) -> None:
    """`keys status`, once the front has the newest epoch of the appeals: those of the bureau never go there."""
    for _ in range(30):
        newest = [line for line in at.quietly("keys", "status").splitlines() if line.startswith("  epoch")]
        if "at the front since" in [line for line in newest if "olena" in line][-1]:
            break
        desk.wait_for_timeout(1000)
    at.types("keys", "status")


def take_alarm(band: Page, place: Place, file: Path) -> None:
    """The bar that rings at the supervisor's desk."""
    settings = {**os.environ, **place.settings, "DJANGO_SETTINGS_MODULE": "safeconduct.settings.inner"}
    subprocess.run([sys.executable, "-c", RINGS], env=settings, check=True)
    takes_alarm(band, file)


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
