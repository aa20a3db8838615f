"""The people of the stories, in words of their own: who writes, and who answers at the desk. No story reads HTTP."""

import re
from dataclasses import dataclass

from safeconduct.demo.browser import Browser, Choice, Page
from safeconduct.demo.totp import code_now
from tests.stories.site import Site, eventually


@dataclass
class Seat:
    """An operator at the desk, by plain forms. Holds the session, and the case that is open on the screen."""

    site: Site
    username: str
    passphrase: str
    totp_secret: str

    def __post_init__(self) -> None:
        self.browser = Browser(self.site.url("inner"))
        self.page: Page | None = None

    @classmethod
    def of(cls, site: Site, username: str) -> "Seat":
        (own,) = [one for one in site.told["operators"] if one["username"] == username]
        return cls(site, own["username"], own["passphrase"], own["totp_secret"])

    def logs_in(self, *, passphrase: str = "", digits: str = "") -> "Seat":
        page = self.browser.get(self.site.url("inner"))
        self.page = self.browser.send(
            page,
            page.form_with("passphrase"),
            filled={
                "username": self.username,
                "passphrase": passphrase or self.passphrase,
                "digits": digits or code_now(self.totp_secret),
            },
        )
        return self

    @property
    def is_logged_in(self) -> bool:
        return any(form.action.endswith("/next") for form in self.looks_at_the_queue().forms)

    def looks_at_the_queue(self) -> Page:
        return self.browser.get(self.site.url("inner"))

    def waiting(self) -> list[int]:
        """Numbers of all cases on the queue."""
        return sorted({int(number) for number in re.findall(r'id="row-(\d+)"', self.looks_at_the_queue().html)})

    def takes_next(self) -> "Seat":
        queue = self.looks_at_the_queue()
        return self._sees(self.browser.send(queue, queue.form_to("/next")))

    def opens(self, number: int) -> "Seat":
        links: set[str] = set()

        def is_there() -> bool:
            there = self.looks_at_the_queue().links
            links.update(link.value for link in there if link.value.rstrip("/").endswith(f"/{number}"))
            return bool(links)

        # A case that changes its group while the page is made may stand in neither, until the next look.
        assert eventually(is_there)
        (link,) = links
        return self._sees(self.browser.get(link))

    def takes(self, number: int) -> "Seat":
        self.opens(number)
        return self._sees(self.browser.send(self.screen, self.screen.form_to(f"/cases/{number}/take")))

    def answers(self, text: str) -> "Seat":
        """Writes, looks at the preview, sends."""
        preview = self.previews(text)
        sent = self.browser.send(preview, preview.form_to("/answer"), pressed=Choice("step", "send"))
        assert sent.status == 200, sent.text
        return self._sees(self.browser.get(self.screen.address))

    def previews(self, text: str) -> Page:
        """What would be sent, or why it cannot be."""
        form = self.screen.form_to("/answer")
        return self.browser.send(self.screen, form, filled={"text": text}, pressed=Choice("step", "preview"))

    def notes(self, text: str) -> "Seat":
        self.browser.send(self.screen, self.screen.form_to("/note"), filled={"note": text})
        return self._sees(self.browser.get(self.screen.address))

    def shows_picture(self) -> bytes:
        """Asks for the one picture of the case, which is not shown by itself."""
        (ask,) = [link.value for link in self.screen.links if "open=" in link.value]
        shown = self.browser.get(f"{self.screen.address}{ask}" if ask.startswith("?") else ask)
        (address,) = re.findall(r'<img[^>]* src="([^"]+)"', shown.html)
        return self.browser.get(address).body

    def releases(self) -> None:
        self.browser.send(self.screen, self.screen.form_to("/release"))

    def closes(self, reason: str) -> None:
        (address,) = {link.value for link in self.screen.links if link.value.endswith("/close")}
        page = self.browser.get(address)
        self.browser.send(page, page.form_to("/close"), filled={"reason": reason})

    def finds(self, number: int) -> "Seat":
        """Whatever comes of it."""
        queue = self.looks_at_the_queue()
        self.page = self.browser.send(queue, queue.form_to("/find"), filled={"number": str(number)})
        return self

    def breaks_glass(self, number: int, reason: str) -> "Seat":
        """Opens a case that is another's; the screen may lead to the form."""
        (address,) = {link.value for link in self.screen.links if link.value.endswith(f"/cases/{number}/glass")}
        page = self.browser.get(address)
        return self._sees(self.browser.send(page, page.form_to("/glass"), filled={"reason": reason}))

    def takes_over(self) -> "Seat":
        return self._sees(self.browser.send(self.screen, self.screen.form_to("/take-over")))

    def sees(self, words: str) -> bool:
        return words in self.screen.text

    @property
    def screen(self) -> Page:
        assert self.page is not None, "nobody has logged in at this seat"
        return self.page

    def _sees(self, page: Page) -> "Seat":
        assert page.status == 200, (page.status, page.text)
        self.page = page
        return self
