"""What can happen to what a person writes: it is closed before the first write, kept, read again, wiped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from safeconduct.front.web.files import Taken
from safeconduct.front.web.hidden_field import Form
from safeconduct.front.web.keys import STORE, front_keys, root_from, threads_from
from safeconduct.front.web.models import Answer
from safeconduct.front.web.rules import digest_of, envelope_id, forget_at
from safeconduct.handover.errors import NotOurs
from safeconduct.handover.letters import (
    LOOKUP_BYTES,
    Envelope,
    FileNote,
    FilePart,
    Header,
    Letter,
    ThreadName,
    seal_envelope,
)
from safeconduct.handover.serving.actions import keep
from safeconduct.sealing.threads import Thread, signing_seed_of

KIND = "appeal"
CHANNEL = "web"
# Text and statements of the longest answer, closed, many times over.
MOST_OF_AN_ANSWER = 1024 * 1024
# On the web nobody is written to: the person comes with the code.
WINDOW = "never"


@dataclass(frozen=True, repr=False)
class Writing:
    """What one form brought, checked. `language` is that of the answer."""

    words: str
    language: str
    script: str
    script_version: int
    your_word: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    about: str = "unsaid"
    danger: str = "none"
    files: Sequence[Taken] = ()


def keep_letter(form: Form, writing: Writing) -> None:
    """Close the letter and its files and keep them, all or none. The same form with the same content is kept once.

    A form for a new appeal opens a thread under the code that it carries; one that was reached with a code writes
    on in that thread. Raises `NotStored` or `Busy`; nothing is kept then.
    """
    root = form.root or root_from(form.code)
    threads = threads_from(root)
    digest = digest_of(
        writing.answers,
        *(writing.words, writing.your_word, writing.language, writing.script),
        files=[taken.sent for taken in writing.files],
    )
    letter_id = envelope_id(form.id, digest)
    file_ids = [envelope_id(form.id, digest, bytes([place])) for place, _ in enumerate(writing.files)]
    letter = Letter(
        words=writing.words,
        answers=writing.answers,
        script=writing.script,
        script_version=writing.script_version,
        our_word=form.our_word,
        your_word=writing.your_word or form.your_word,
        files=tuple(_note(file_id, taken.part) for file_id, taken in zip(file_ids, writing.files, strict=True)),
    )
    header = _header(
        "writing" if form.root else "opening",
        threads,
        language=writing.language,
        about=writing.about,
        danger=writing.danger,
    )
    now = timezone.now()
    envelopes = [_sealed(header, letter, letter_id, now, root)]
    for file_id, taken in zip(file_ids, writing.files, strict=True):
        of_file = _header("file", threads, language=writing.language, message=letter_id)
        envelopes.append(_sealed(of_file, taken.part, file_id, now, root))
    keep(envelopes)


def keep_second_code(form: Form, root: bytes, *, language: str) -> None:
    """Ask inner to link the code that `form` carries to the one whose `root` was typed; known or not is not asked here.

    Kept as a short letter is: one envelope of two closed parts, of the same sizes. The same form with the same first
    code is kept once. Raises `NotStored` or `Busy`; nothing is kept then.
    """
    first = tuple(_lookups(threads_from(root)))
    own_root = root_from(form.code)
    header = _header("second", threads_from(own_root), language=language, first=first)
    # Nothing is said in it: without a body it would be told from a letter by its size.
    letter = Letter(words="", answers={}, script="", script_version=0, our_word="", your_word="")
    keep([_sealed(header, letter, envelope_id(form.id, b"second", root), timezone.now(), own_root, root)])


def note_visit(root: bytes, *, language: str, visit_id: bytes) -> None:
    """Keep that somebody came with a code: the same event whether it is known or not. Starts the term of what is read.

    Raises `NotStored`.
    """
    threads, now = threads_from(root), timezone.now()

    def also(alias: str) -> None:
        # The same statement for every code, so that neither time nor effect tells one from another.
        unread = Answer.objects.using(alias).filter(lookup__in=_lookups(threads), forget_at=None)
        unread.update(forget_at=forget_at(now))

    keep([_sealed(_header("visit", threads, language=language), None, visit_id, now, root)], and_also=also)


def wipe(form: Form) -> None:
    """Delete the answers of this thread here, and ask inner to erase all the rest; both or nothing.

    Raises `NotStored`.
    """
    threads = threads_from(form.root)

    def also(alias: str) -> None:
        Answer.objects.using(alias).filter(lookup__in=_lookups(threads)).delete()

    header, erasure_id = _header("erasure", threads, language=form.language), envelope_id(form.id, b"erasure")
    erasure = _sealed(header, None, erasure_id, timezone.now(), form.root)
    keep([erasure], and_also=also, spool=False)
    # It is deleted by now; should the machine be too busy for this step, the person is not told that nothing was.
    transaction.on_commit(_overwrite_what_was_deleted, robust=True)


def take_answer(dispatch_id: bytes, payload: Mapping[str, Any]) -> None:
    """An answer from inner. A second time it changes nothing. Raises `NotOurs`."""
    if payload.keys() != {"store", "lookup", "blob"} or payload["store"] != STORE:
        raise NotOurs
    lookup, blob = payload["lookup"], payload["blob"]
    if not isinstance(lookup, bytes) or not isinstance(blob, bytes) or len(lookup) != LOOKUP_BYTES:
        raise NotOurs
    if not 0 < len(blob) <= MOST_OF_AN_ANSWER:
        raise NotOurs
    row = Answer(dispatch_id=dispatch_id, store=STORE, lookup=lookup, blob=blob)
    Answer.objects.bulk_create([row], ignore_conflicts=True)


def forget_what_was_read(now: datetime) -> None:
    """Delete the answers whose term after the first reading is over, also where nobody comes any more."""
    Answer.objects.filter(forget_at__lte=now).delete()


def forget_answers(_dispatch_id: bytes, payload: Mapping[str, Any]) -> None:
    """Inner has erased a case: nothing of it may stay here. Raises `NotOurs`."""
    joined = payload.get("lookups")
    if payload.keys() != {"lookups"} or not isinstance(joined, bytes) or not joined or len(joined) % LOOKUP_BYTES:
        raise NotOurs
    lookups = [joined[start : start + LOOKUP_BYTES] for start in range(0, len(joined), LOOKUP_BYTES)]
    Answer.objects.filter(lookup__in=lookups).delete()


def _sealed(header: Header, body: Letter | FilePart | None, id: bytes, arrived_at: datetime, *roots: bytes) -> Envelope:
    """`roots`: of the code that sends it; of a request for a second code also of the one that was typed."""
    keys = front_keys()
    return seal_envelope(
        header,
        body,
        id=id,
        store=keys.store,
        epoch=keys.epoch,
        store_key=keys.store_key,
        intake_key=keys.intake_key,
        arrived_at=arrived_at,
        signed_by=[signing_seed_of(root) for root in roots],
    )


def _header(
    act: str,
    threads: Sequence[Thread],
    *,
    language: str,
    about: str = "unsaid",
    danger: str = "none",
    message: bytes = b"",
    first: tuple[bytes, ...] = (),
) -> Header:
    names = tuple(ThreadName(thread.lookup, thread.public_key) for thread in threads)
    return Header(KIND, act, CHANNEL, language, about, danger, WINDOW, names, message, first)


def _note(file_id: bytes, part: FilePart) -> FileNote:
    return FileNote(file_id, part.name, part.kind, len(part.content))


def _lookups(threads: Sequence[Thread]) -> list[bytes]:
    return [thread.lookup for thread in threads]


def _overwrite_what_was_deleted() -> None:
    """SQLite still holds deleted rows in its journal; PostgreSQL in the table, until it is told to look after it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f'VACUUM "{Answer._meta.db_table}"')
