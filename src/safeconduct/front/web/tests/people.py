"""Who writes, and who reads it: a person with a browser without scripts, and the headquarters with its keys."""

import html
import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from safeconduct.front.web.actions import take_answer
from safeconduct.front.web.keys import root_from, threads_from
from safeconduct.handover.letters import (
    Answer,
    Envelope,
    FilePart,
    Header,
    Letter,
    Said,
    ThreadName,
    open_file,
    open_header,
    open_letter,
    seal_answer,
)
from safeconduct.handover.serving.models import KeptEnvelope
from safeconduct.sealing.signing import verifying_key_of
from safeconduct.sealing.threads import signing_seed_of
from tests.keys import INTAKE_KEY, STORE, STORE_KEY

_FORM = re.compile(r'<form id="f" method="post" action="([^"]+)"( enctype="multipart/form-data")?')
_HIDDEN = re.compile(r'name="f" value="([^"]+)"')
_GROUP = re.compile(r"<li>(\d{4})</li>")
_TEXTAREA = re.compile(r"<textarea[^>]*>\n(.*?)</textarea>", re.DOTALL)
_WORD = re.compile(r"<dd[^>]*>([^<]*)</dd>")
_TAG = re.compile(r"<[^>]+>")


class Person:
    """Sees one page at a time, and sends back what a browser would send. `noted`: the code on a piece of paper."""

    def __init__(self, language: str = "ru") -> None:
        self.language = language
        self.client = Client()
        self.content = b""
        self.status = 0
        self.noted = ""

    # --- what happens

    def goes_to(self, letter: str) -> "Person":
        return self.sees(self.client.get(f"/{self.language}/{letter}"))

    def sends(
        self, go: str = "send", *, files: Sequence[tuple[str, bytes]] = (), to: str = "", **typed: str
    ) -> "Person":
        """Fill in the form of the page and press the button called `go`."""
        found = _FORM.search(self.html)
        assert found, self.text
        return self.sends_to(
            to or found[1], {"f": self.hidden, **typed, "go": go}, files=files, is_multipart=bool(found[2])
        )

    def sends_to(
        self,
        address: str,
        fields: dict[str, str],
        *,
        files: Sequence[tuple[str, bytes]] = (),
        is_multipart: bool = True,
    ) -> "Person":
        if not is_multipart:
            assert not files
            kind = "application/x-www-form-urlencoded"
            return self.sees(self.client.post(address, urlencode(fields), content_type=kind))
        chosen = {f"file{n}": SimpleUploadedFile(name, content) for n, (name, content) in enumerate(files, 1)}
        return self.sees(self.client.post(address, fields | chosen))

    def writes(self, words: str, **typed: str) -> "Person":
        return self.goes_to("w").sends("send", files=(), to="", words=words, **typed)

    def answers(self, *answers: tuple[str, str]) -> "Person":
        """Go through the guided questions; an empty answer skips."""
        for name, answer in answers:
            assert f'name="{name}"' in self.html, f"{name} is not asked: {self.text}"
            self.sends("next" if answer else "skip", files=(), to="", **{name: answer})
        return self

    def comes_back(self, code: str) -> "Person":
        self.goes_to("c")
        return self.sends_to(f"/{self.language}/c", {"code": code, "go": "code"}, is_multipart=False)

    def sees(self, response: object) -> "Person":
        self.status = response.status_code  # type: ignore[attr-defined]
        self.content = response.content  # type: ignore[attr-defined]
        return self

    # --- what is seen

    @property
    def html(self) -> str:
        return self.content.decode()

    @property
    def text(self) -> str:
        return " ".join(html.unescape(_TAG.sub(" ", self.html)).split())

    @property
    def hidden(self) -> str:
        found = _HIDDEN.search(self.html)
        return found[1] if found else ""

    @property
    def seen(self) -> str:
        """The page but for its sealed field, which is sealed anew each time."""
        return _HIDDEN.sub("", self.html)

    @property
    def typed(self) -> str:
        """What stands in the large field."""
        found = _TEXTAREA.search(self.html)
        return html.unescape(found[1]) if found else ""

    @property
    def code(self) -> str:
        return "".join(_GROUP.findall(self.html))

    @property
    def check_words(self) -> list[str]:
        return [html.unescape(word) for word in _WORD.findall(self.html)]


class Headquarters:
    """Holds the keys that the front has not."""

    def envelopes(self) -> list[Envelope]:
        return [
            Envelope(bytes(k.envelope_id), k.store, k.epoch, k.arrived_at, bytes(k.header), bytes(k.body))
            for k in KeptEnvelope.objects.order_by("sequence")
        ]

    def headers(self) -> list[Header]:
        return [open_header(envelope, intake_seed=INTAKE_KEY.seed) for envelope in self.envelopes()]

    def acts(self) -> list[str]:
        return [header.act for header in self.headers()]

    def letters(self) -> list[Letter]:
        return [
            open_letter(envelope.body, epoch_seed=STORE_KEY.seed, store=STORE, lookup=lookup, envelope_id=envelope.id)
            for envelope, lookup in self._of("opening", "writing")
        ]

    def files(self) -> list[FilePart]:
        return [
            open_file(envelope.body, epoch_seed=STORE_KEY.seed, store=STORE, lookup=lookup, envelope_id=envelope.id)
            for envelope, lookup in self._of("file")
        ]

    def _of(self, *acts: str) -> list[tuple[Envelope, bytes]]:
        both = zip(self.envelopes(), self.headers(), strict=True)
        return [(envelope, header.threads[0].lookup) for envelope, header in both if header.act in acts]

    def answers_to(self, thread: ThreadName, text: str, *, dispatch_id: bytes, said: tuple[Said, ...] = ()) -> None:
        """As inner delivers it."""
        answer = Answer(text, said, date(2026, 3, 8))
        blob = seal_answer(answer, to=thread, store=STORE, dispatch_id=dispatch_id)
        take_answer(dispatch_id, {"store": STORE, "lookup": thread.lookup, "blob": blob})


def thread_of(code: str) -> ThreadName:
    (thread,) = threads_from(root_from(code))
    return ThreadName(thread.lookup, thread.public_key)


def signer_of(code: str) -> bytes:
    """By which inner knows what comes under this code."""
    return verifying_key_of(signing_seed_of(root_from(code)))
