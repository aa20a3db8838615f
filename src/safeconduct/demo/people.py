"""Somebody who writes, through the same pages and with scripts off. The stories' soldiers are these, too."""

import re
from collections.abc import Mapping, Sequence

from safeconduct.demo.browser import Browser, Choice, Form, Page, Upload

# Buttons of the forms (front/web/views): their name, and the values that are pressed here.
GO = "go"
MOST_QUESTIONS = 40


class NotTaken(Exception):
    """The page that came back is not the one that a taken letter leads to. Holds its status only."""


class Person:
    """Keeps in memory what a person keeps in the head: the code and the two words."""

    def __init__(self, front_url: str, language: str) -> None:
        self.language = language
        self.address = f"{front_url}/{language}"
        self.code = self.our_word = self.your_word = ""

    def writes(
        self,
        words: str,
        *,
        answers: Mapping[str, str] | None = None,
        deadline: str = "",
        check_word: str = "",
        uploads: Sequence[Upload] = (),
    ) -> Page:
        """On one page, or by the guided questions where there are `answers`. The code is kept. Raises `NotTaken`."""
        if answers:
            page = self._answers_questions({**answers, "words": words, "check_word": check_word}, uploads)
        else:
            page = self.sends(*self.fills_in(words, deadline=deadline, check_word=check_word), uploads=uploads)
        self.notes_down(page)
        return page

    def notes_down(self, page: Page) -> None:
        """Keep the code and the two words that the page shows. Raises `NotTaken` where it shows none."""
        code, words = found_code(page), re.findall(r"<dd[^>]*>([^<]+)</dd>", page.html)
        if not code or len(words) != 2:
            raise NotTaken(page.status)
        self.code, (self.our_word, self.your_word) = code, words

    def fills_in(self, words: str, **others: str) -> tuple[Page, dict[str, str]]:
        """The one page, and what is typed on it: for `sends`, once or again."""
        return Browser(self.address).get(f"{self.address}/w"), {"words": words, **others}

    def comes_back(self, code: str = "") -> Page:
        """The page under the code: our answers, and a place to write."""
        browser = Browser(self.address)
        page = browser.get(f"{self.address}/c")
        return browser.send(page, page.form_with("code"), filled={"code": code or self.code})

    def takes_second_code(self) -> "Person":
        """Types the code on the page of second codes; whoever is forced to type that one. Raises `NotTaken`."""
        browser = Browser(self.address)
        asked = browser.get(f"{self.address}/s")
        page = browser.send(asked, asked.form_with("code"), filled={"code": self.code})
        forced = Person(self.address.rpartition("/")[0], self.language)
        forced.code = found_code(page)
        if not forced.code:
            raise NotTaken(page.status)
        return forced

    def writes_again(self, words: str, *, uploads: Sequence[Upload] = ()) -> Page:
        """Comes back with the code and writes on. Raises `NotTaken`."""
        page = self.sends(self.comes_back(), {"words": words}, uploads=uploads)
        if page.status != 200:
            raise NotTaken(page.status)
        return page

    def wipes(self) -> Page:
        """Comes back, asks for all to be erased, and confirms it."""
        page = self._presses(self.comes_back(), "wipe")
        return self._presses(page, "erase")

    def _presses(self, page: Page, value: str) -> Page:
        return Browser(self.address).send(page, page.form_with("f"), pressed=Choice(GO, value))

    def sends(
        self,
        page: Page,
        filled: Mapping[str, str],
        *,
        pressed: Choice | None = None,
        uploads: Sequence[Upload] = (),
    ) -> Page:
        """Sends the form with the words; of what is `filled`, only what the page asks for."""
        form = page.form_with("words")
        asked = {*form.fields, *(choice.name for choice in form.choices)}
        given = {name: value for name, value in filled.items() if name in asked}
        return Browser(self.address).send(
            page, form, filled=given, pressed=pressed, uploads=list(zip(form.files, uploads, strict=False))
        )

    def _answers_questions(self, answers: Mapping[str, str], uploads: Sequence[Upload]) -> Page:
        """Answers what is asked and skips the rest, up to the page with the code."""
        browser = Browser(self.address)
        page = browser.get(f"{self.address}/n")
        for _ in range(MOST_QUESTIONS):
            if found_code(page):
                break
            form = page.form_with("f")
            step = _asked(form)
            page = browser.send(
                page,
                form,
                filled={step: answers[step]} if answers.get(step) else {},
                pressed=None if answers.get(step) else Choice(GO, "skip"),
                uploads=list(zip(form.files, uploads, strict=False)),
            )
        return page


def _asked(form: Form) -> str:
    """The step that a page of the guided questions asks: the name of its radio buttons, or of its field."""
    return next((choice.name for choice in form.choices), "") or next(iter(form.writing), "")


def found_code(page: Page) -> str:
    """The 24 digits that the page shows in six groups, or nothing."""
    groups = re.search(r"\b\d{4}(?:\s+\d{4}){5}\b", page.text)
    return re.sub(r"\s", "", groups.group()) if groups else ""
