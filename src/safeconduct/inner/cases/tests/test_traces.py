"""A journey with errors on the way leaves no word of anybody in a log line, an exception, the audit or a table."""

import logging
import traceback

import pytest

from safeconduct.handover.letters import FileNote, FilePart
from safeconduct.inner.cases import actions, lookups, opening
from safeconduct.inner.cases.errors import CasesError, NoSuchCase, TextTooLong, UnknownReason
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators.errors import LogInRefused
from safeconduct.inner.operators.tests.stored import values_in_the_database
from safeconduct.sealing.envelopes import CannotOpen
from tests.people import OUR_WORD, YOUR_WORD, Colleague, Writer
from tests.stories.searching import found_in

MARKERS = {
    "letter": "ЗимовийМаркер7319",
    "answer": "ЛітнійМаркер4402",
    "note": "ОсіннійМаркер9981",
    "file name": "veснаМаркер5127.jpg",
    "file": "ВмістМаркер6630",
    "our word": OUR_WORD,
    "your word": YOUR_WORD,
}


def journey(olena: Colleague, taras: Colleague, soldier: Writer) -> list[str]:
    """Every act and deed, and most refusals; what the refusals said, with their tracebacks."""
    said: list[str] = []
    picture = FilePart(MARKERS["file name"], "image/jpeg", MARKERS["file"].encode())
    files = (FileNote(b"\x07" * 16, picture.name, picture.kind, len(picture.content)),)
    letter = soldier.opens(MARKERS["letter"], files=files)
    soldier.sends_file(letter, picture, id=b"\x07" * 16)
    soldier.writes(MARKERS["letter"] * 2, danger="now")
    soldier.visits()
    case = actions.take_next(by=olena.operator)
    conversation = opening.open_conversation(case, keys=olena.keys)
    assert conversation.entries[0].letter is not None
    assert conversation.entries[0].letter.words == MARKERS["letter"]
    attachment = lookups.attachment_for(case, "07" * 16)
    assert opening.open_attachment(attachment, keys=olena.keys) == picture
    actions.note(case, MARKERS["note"], by=olena.operator)
    actions.our_word_given(case, by=olena.operator)
    actions.answer(case, MARKERS["answer"], by=olena.operator)

    attachment.sealed = bytes(attachment.sealed)[:-1]
    for deed in (
        lambda: actions.answer(case, MARKERS["answer"] * 500, by=olena.operator),
        lambda: actions.answer(case, MARKERS["answer"], by=taras.operator),
        lambda: actions.note(case, MARKERS["note"] * 500, by=olena.operator),
        lambda: actions.close(case, reason=MARKERS["note"], by=olena.operator),
        lambda: opening.open_attachment(attachment, keys=olena.keys),
        lambda: opening.open_conversation(case, keys=taras.keys),
        lambda: lookups.message_for(case, MARKERS["letter"]),
        lambda: operators.keys_with_passphrase(olena.operator, MARKERS["letter"]),
    ):
        try:
            deed()
        except (CasesError, CannotOpen, LogInRefused) as refusal:
            logging.getLogger("safeconduct.inner.cases").exception("refused")
            said.append("".join(traceback.format_exception_only(refusal)) + repr(refusal.args))
    return said


def as_logged(record: logging.LogRecord) -> str:
    """The line that inner's settings make of it."""
    (formatter,) = {
        handler.formatter
        for handler in logging.getLogger().handlers
        if type(handler.formatter).__module__ == "safeconduct.settings.logs"
    }
    assert formatter is not None
    return formatter.format(record)


def test_a_journey_with_errors_leaves_no_word(
    olena: Colleague, taras: Colleague, soldier: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    said = journey(olena, taras, soldier)

    assert len(said) == 8
    lines = [as_logged(record) for record in caplog.records]
    places = [
        ("log", "\n".join(lines).encode()),
        ("exceptions", "\n".join(said).encode()),
        *((f"value {number}", value) for number, value in enumerate(values_in_the_database())),
    ]
    assert len(lines) >= 8
    assert found_in(places, MARKERS) == []
    # The search itself finds a word that was kept in the clear.
    assert found_in([("log", f"a line with {OUR_WORD}".encode())], MARKERS) != []


def test_what_is_in_memory_shows_no_key_and_no_passphrase_when_it_is_printed(olena: Colleague) -> None:
    keys = olena.keys
    shown = repr(
        [
            keys,
            keys._keys,
            operators.Enrolment(olena.operator, olena.passphrase, olena.totp_secret, olena.recovery_codes),
        ]
    )

    for secret in (
        olena.passphrase,
        olena.totp_secret,
        *olena.recovery_codes,
        repr(keys._keys.seed),
        keys._keys.seed.hex(),
    ):
        assert secret not in shown


@pytest.mark.parametrize("refusal", [NoSuchCase(17), TextTooLong(), UnknownReason(), LogInRefused()])
def test_a_refusal_carries_at_most_a_number(refusal: Exception) -> None:
    assert all(isinstance(arg, int) for arg in refusal.args)
