"""An operator at the desk, in the words of the tests: through Django's client, so without any script."""

import re
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from safeconduct.inner.cases.models import Case
from tests.people import Colleague, minutes_ago


def waits_since(case: Case, *, minutes: float) -> None:
    """Letters come with the minute they arrived in; a test that reads a clock sets it to the second."""
    Case.objects.filter(pk=case.pk).update(clock_since=minutes_ago(minutes))


class Desk:
    """One browser. What an act shows is kept in `screen` (words) and `page` (the answer itself)."""

    def __init__(self) -> None:
        self.browser = Client()
        self.page: Any = HttpResponse()

    @property
    def screen(self) -> str:
        return str(self.page.content.decode())

    @property
    def words(self) -> str:
        """What can be read, without tags."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.screen).split())

    def page_of_any_number(self) -> str:
        """The page without what changes with the clock, and without the three places that say what was asked for."""
        page = re.sub(r"<time.*?</time>|\d\d:\d\d(:\d\d)?", "", self.screen)
        page = re.sub(r'data-now="\d+"|csrfmiddlewaretoken" value="\w+"|since=\d+|name="next" value="[^"]*"', "", page)
        page = re.sub(r'<meta http-equiv="refresh"[^>]*>', "", page)
        return re.sub(r'<a class="btn" id="break-glass".*?</a>', "", page, flags=re.DOTALL)

    @property
    def seen(self) -> str:
        """How much of what the person sent stands on the page."""
        return self._composer()["seen"]

    # --- in and out

    def log_in(self, colleague: Colleague, **fields: str) -> int:
        """Digits that were used a moment ago are forgotten, so that one test may log in twice."""
        cache.clear()
        given = {
            "username": colleague.operator.username,
            "passphrase": colleague.passphrase,
            "digits": colleague.totp_code,
        }
        return self.posts("log_in", **given | fields)

    def log_out(self) -> int:
        return self.posts("log_out")

    # --- what an operator does

    def looks_at_the_queue(self) -> None:
        self.gets("queue")

    def opens(self, case: Case) -> int:
        return self.gets("case", case.number)

    def takes(self, case: Case) -> int:
        return self.posts("take", case.number)

    def takes_the_next_one(self) -> int:
        return self.posts("next")

    def previews(self, case: Case, text: str = "", **more: Any) -> int:
        return self.posts("answer", case.number, text=text, step="preview", **self._composer() | more)

    def sends(self, case: Case, text: str = "", **more: Any) -> int:
        return self.posts("answer", case.number, text=text, step="send", **self._composer() | more)

    def answers(self, case: Case, text: str, **more: Any) -> int:
        self.previews(case, text, **more)
        return self.sends(case, text, **more)

    def closes(self, case: Case, reason: str) -> int:
        self.gets("close", case.number)
        return self.posts("close", case.number, reason=reason, seen=self._composer()["seen"])

    def keeps_note(self, case: Case, text: str) -> int:
        return self.posts("note", case.number, note=text)

    # --- the same by address

    def gets(self, name: str, *args: object, **query: str) -> int:
        self.page = self.browser.get(reverse(f"desk:{name}", args=args), query, secure=True)
        return int(self.page.status_code)

    def posts(self, name: str, *args: object, **fields: Any) -> int:
        self.page = self.browser.post(reverse(f"desk:{name}", args=args), fields, secure=True, follow=True)
        return int(self.page.status_code)

    def gets_part(self, name: str, *args: object, **query: str) -> int:
        """As htmx asks."""
        headers = {"HX-Request": "true"}
        self.page = self.browser.get(reverse(f"desk:{name}", args=args), query, secure=True, headers=headers)
        return int(self.page.status_code)

    def posts_part(self, name: str, *args: object, **fields: Any) -> int:
        headers = {"HX-Request": "true"}
        self.page = self.browser.post(reverse(f"desk:{name}", args=args), fields, secure=True, headers=headers)
        return int(self.page.status_code)

    def _composer(self) -> dict[str, str]:
        """What the composer on the screen carries along."""
        found = dict(re.findall(r'name="(once|seen)"[^>]* value="([0-9a-f]+)"', self.screen))
        return {"once": "0" * 32, "seen": "0"} | found
