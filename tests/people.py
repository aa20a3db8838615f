"""The fixed people of inner's tests: Olena and Taras are on shift, Marta has no access; and people who write.

A room's `conftest.py` takes the fixtures from here. All keys are made anew; the passphrase's hash is cheap
(tests/settings_inner.py).
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from safeconduct.handover.letters import (
    Answer,
    Envelope,
    FileNote,
    FilePart,
    Header,
    Letter,
    ThreadName,
    open_answer,
    open_header,
    seal_envelope,
)
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.handover.wire import fields_of
from safeconduct.inner.cases.arriving import take_in
from safeconduct.inner.cases.models import Case, Thread
from safeconduct.inner.duty.models import Attendance, Shift
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.lookups import current_epoch
from safeconduct.inner.operators.models import Operator
from safeconduct.sealing.threads import Thread as CodeThread
from safeconduct.sealing.threads import signing_seed_of, threads_of
from tests.keys import INTAKE_KEY, PEPPERS, STORE

OUR_WORD, YOUR_WORD = "ластівка", "криниця"


@dataclass(frozen=True)
class Colleague:
    """Somebody of the headquarters, with what was shown at the enrolment."""

    operator: Operator
    passphrase: str
    totp_secret: str
    recovery_codes: Sequence[str] = ()

    @property
    def keys(self) -> OpenedKeys:
        return operators.keys_with_passphrase(self.operator, self.passphrase)

    @property
    def totp_code(self) -> str:
        """What the telephone shows in this half minute."""
        return str(format_hotp_value(hotp_value(self.totp_secret, int(time.time()) // 30)))


@dataclass(frozen=True)
class Headquarters:
    """A site whose store was founded by Olena and Taras; Marta is an auditor and opens nothing."""

    olena: Colleague
    taras: Colleague
    marta: Colleague


@dataclass
class Writer:
    """A person with a code. What is sent arrives at once; what is only `sealed_…` has not arrived yet."""

    language: str = "ru"
    peppers: Sequence[bytes] = PEPPERS
    root: bytes = field(default_factory=lambda: os.urandom(32))

    @property
    def threads(self) -> list[CodeThread]:
        return threads_of(self.root, self.peppers)

    @property
    def case(self) -> Case:
        """The case as it is now."""
        lookups = [thread.lookup for thread in self.threads]
        return Case.objects.get(pk=Thread.objects.filter(lookup__in=lookups).values_list("case", flat=True)[:1])

    def opens(self, words: str = "Hello", **told: Any) -> Envelope:
        """The first letter, from the form that showed the code."""
        return arrives(self.sealed_letter(words, act="opening", **told))

    def writes(self, words: str = "Still here", **told: Any) -> Envelope:
        return arrives(self.sealed_letter(words, act="writing", **told))

    def visits(self, at: datetime | None = None) -> Envelope:
        return arrives(self.sealed(self.header("visit"), None, at=at))

    def wipes(self, at: datetime | None = None) -> Envelope:
        return arrives(self.sealed(self.header("erasure"), None, at=at))

    def asks_for_second(self, at: datetime | None = None, *, under: "Writer | None" = None) -> "Writer":
        """Types this code on the page of second codes. The new code, or `under` where its form is sent once more."""
        second = under or Writer(self.language, self.peppers)
        arrives(self.sealed_request(second, at=at))
        return second

    def sealed_request(self, second: "Writer", *, at: datetime | None = None) -> Envelope:
        header = replace(second.header("second"), first=tuple(thread.lookup for thread in self.threads))
        return self.sealed(header, Letter("", {}, "", 0, "", ""), at=at, signed_by=(second, self))

    def sends_file(self, letter: Envelope, part: FilePart, *, id: bytes | None = None) -> Envelope:
        return arrives(self.sealed_file(letter.id, part, id=id))

    def sealed_letter(
        self,
        words: str,
        *,
        act: str,
        at: datetime | None = None,
        files: tuple[FileNote, ...] = (),
        danger: str = "none",
        about: str = "oneself",
        id: bytes | None = None,
    ) -> Envelope:
        letter = Letter(words, {"where": "home"}, "appeal", 1, OUR_WORD, YOUR_WORD, files)
        return self.sealed(self.header(act, danger=danger, about=about), letter, at=at, id=id)

    def sealed_file(self, letter_id: bytes, part: FilePart, *, id: bytes | None = None) -> Envelope:
        return self.sealed(self.header("file", message=letter_id), part, id=id)

    def header(self, act: str, *, danger: str = "none", about: str = "unsaid", message: bytes = b"") -> Header:
        names = tuple(ThreadName(thread.lookup, thread.public_key) for thread in self.threads)
        return Header("appeal", act, "web", self.language, about, danger, "never", names, message)

    def sealed(
        self,
        header: Header,
        body: Letter | FilePart | None,
        *,
        at: datetime | None = None,
        id: bytes | None = None,
        signed_by: Sequence["Writer"] = (),
    ) -> Envelope:
        epoch = current_epoch(STORE)
        return seal_envelope(
            header,
            body,
            id=id or os.urandom(16),
            store=STORE,
            epoch=epoch.number,
            store_key=bytes(epoch.public_key),
            intake_key=INTAKE_KEY.public_key,
            arrived_at=at or datetime.now(UTC),
            signed_by=[signing_seed_of(writer.root) for writer in signed_by or (self,)],
        )

    def answers_received(self) -> list[Answer]:
        """What the front would show under this code: the dispatches that are for one of its threads, opened."""
        seeds = {thread.lookup: thread.seed for thread in self.threads}
        received = []
        for row in OutboxRow.objects.filter(kind="answer").order_by("pk"):
            payload = fields_of(bytes(row.payload))
            lookup, blob = payload["lookup"], payload["blob"]
            if isinstance(lookup, bytes) and isinstance(blob, bytes) and lookup in seeds:
                id = bytes(row.dispatch_id)
                received.append(open_answer(blob, seed=seeds[lookup], store=STORE, lookup=lookup, dispatch_id=id))
        return received


def arrives(envelope: Envelope) -> Envelope:
    """The envelope comes to the room of cases, as intake would hand it over."""
    take_in(envelope, open_header(envelope, intake_seed=INTAKE_KEY.seed))
    return envelope


def enrol(username: str, name: str, *roles: str) -> Colleague:
    enrolment = operators.enrol(username, name, roles=set(roles))
    return Colleague(enrolment.operator, enrolment.passphrase, enrolment.totp_secret, enrolment.recovery_codes)


def put_on_shift(operator: Operator) -> None:
    """By hand, so whatever the role and without a line in the audit; at the desk the log-in does it."""
    shift, _ = Shift.objects.get_or_create(closed_at=None, defaults={"opened_at": datetime.now(UTC)})
    Attendance.objects.create(operator=operator, shift=shift, on_at=datetime.now(UTC))


def minutes_ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def new_headquarters(*, on_shift: bool = True) -> Headquarters:
    people = Headquarters(
        olena=enrol("olena", "Олена", "operator"),
        taras=enrol("taras", "Тарас", "senior"),
        marta=enrol("marta", "Марта", "auditor"),
    )
    operators.found(STORE, by=(people.olena.keys, people.taras.keys))
    if on_shift:
        for one in (people.olena, people.taras):
            put_on_shift(one.operator)
    cache.clear()  # counts of log-in tries and used codes
    return people


@pytest.fixture
def headquarters(db: None) -> Headquarters:
    return new_headquarters()


@pytest.fixture
def olena(headquarters: Headquarters) -> Colleague:
    return headquarters.olena


@pytest.fixture
def taras(headquarters: Headquarters) -> Colleague:
    return headquarters.taras


@pytest.fixture
def marta(headquarters: Headquarters) -> Colleague:
    return headquarters.marta


@pytest.fixture
def nadia(headquarters: Headquarters) -> Colleague:
    """A third holder, so that one of three may be suspended."""
    third = enrol("nadia", "Надія", "operator")
    operators.admit(third.operator, STORE, by=(headquarters.olena.keys, headquarters.taras.keys))
    put_on_shift(third.operator)
    return third


@pytest.fixture
def soldier(headquarters: Headquarters) -> Writer:
    return Writer()
