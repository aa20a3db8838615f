"""What happens when an envelope for this room arrives? Acts may come in any order, and twice."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from safeconduct.audit.actions import record
from safeconduct.handover.letters import Envelope, Header
from safeconduct.inner.cases import erasing, rules
from safeconduct.inner.cases.models import Attachment, Case, Message, Thread


@transaction.atomic
def take_in(envelope: Envelope, header: Header) -> None:
    """Keep what the person sent, closed as it came. Again with the same id it changes nothing.

    A letter from before a wipe that comes after it is not kept: the person asked for that.
    """
    if erasing.is_wiped(_lookups(header), arrived_at=envelope.arrived_at):
        record(rules.STORE, "envelope.refused", by=None)
        return
    ACTS[header.act](envelope, header)


def _take_letter(envelope: Envelope, header: Header) -> None:
    if Message.objects.filter(envelope_id=envelope.id).exists():
        return
    thread = _thread_that_speaks(envelope, header)
    message = Message.objects.create(
        case=thread.case,
        thread=thread,
        envelope_id=envelope.id,
        direction=Message.IN,
        is_opening=header.act == "opening",
        epoch=envelope.epoch,
        sealed=envelope.body,
        at=envelope.arrived_at,
    )
    Attachment.objects.filter(case=thread.case, message=None, message_envelope_id=envelope.id).update(message=message)


def _take_file(envelope: Envelope, header: Header) -> None:
    if Attachment.objects.filter(envelope_id=envelope.id).exists():
        return
    thread = _thread_that_speaks(envelope, header)
    Attachment.objects.create(
        case=thread.case,
        thread=thread,
        message=Message.objects.filter(case=thread.case, envelope_id=header.message).first(),
        message_envelope_id=header.message,
        envelope_id=envelope.id,
        epoch=envelope.epoch,
        sealed=envelope.body,
        at=envelope.arrived_at,
    )


def _note_visit(envelope: Envelope, header: Header) -> None:
    """A code that nobody wrote under leads to no case: somebody looked at the quiet page, and that is all."""
    case = _known_case(header)
    if case is None:
        return
    case.last_visit_at = max(case.last_visit_at or envelope.arrived_at, envelope.arrived_at)
    case.save(update_fields=["last_visit_at"])
    record(rules.STORE, "case.visited", by=None, about=("case", case.pk))


def _take_erasure(envelope: Envelope, header: Header) -> None:
    erasing.wipe(_known_case(header), _lookups(header), at=envelope.arrived_at)


ACTS: dict[str, Callable[[Envelope, Header], None]] = {
    "opening": _take_letter,
    "writing": _take_letter,
    "file": _take_file,
    "visit": _note_visit,
    "erasure": _take_erasure,
}


def _known_case(header: Header) -> Case | None:
    """The case of the first of the header's threads that we know, locked."""
    case_of = {bytes(lookup): number for lookup, number in _known_threads(header).values_list("lookup", "case_id")}
    for name in header.threads:
        if name.lookup in case_of:
            return Case.objects.select_for_update().get(pk=case_of[name.lookup])
    return None


def _thread_that_speaks(envelope: Envelope, header: Header) -> Thread:
    """The newest thread of the header, with its case; thread and case are made where they are not there yet.

    A file counts as speech like a letter: one that comes after our answer has been seen by nobody.
    """
    case, at = _known_case(header), envelope.arrived_at
    if case is None:
        case, verb = _new_case(header, at), "case.opened"
    else:
        verb = "case.written" if case.is_open else "case.reopened"
        _hear(case, header, at)
    record(rules.STORE, verb, by=None, about=("case", case.pk))
    return _newest_thread(case, header)


def _new_case(header: Header, at: datetime) -> Case:
    return Case.objects.create(
        opened_at=at,
        channel=header.channel,
        language=header.language,
        window=header.window,
        about=header.about,
        danger=header.danger,
        clock=rules.FIRST_ANSWER,
        clock_since=at,
        last_word_at=at,
    )


def _hear(case: Case, header: Header, at: datetime) -> None:
    """The person has said more: our clock runs, a closed case goes back to the queue."""
    case.danger = rules.higher_danger(case.danger, header.danger) if case.is_open else header.danger
    case.closed_at, case.closed_because = None, ""
    if header.about != "unsaid":
        case.about = header.about
    case.channel, case.language, case.window = header.channel, header.language, header.window
    if case.clock_since is None:
        was_answered = case.messages.filter(direction=Message.OUT).exists()
        case.clock, case.clock_since = rules.NEXT_ANSWER if was_answered else rules.FIRST_ANSWER, at
    case.clock_since = min(case.clock_since, at)
    case.last_word_at = max(case.last_word_at, at)
    case.read_at = None
    case.save()


def _newest_thread(case: Case, header: Header) -> Thread:
    known = _known_threads(header)
    # All threads of a header come from one code: what is known of one holds for all.
    is_ours = header.act == "opening" or known.filter(is_ours=True).exists()
    known.update(is_ours=is_ours)
    there = {bytes(lookup) for lookup in known.values_list("lookup", flat=True)}
    # Oldest first, so that the newest has the highest number: answers go to that one.
    for name in reversed(header.threads):
        if name.lookup not in there:
            Thread.objects.create(case=case, lookup=name.lookup, public_key=name.public_key, is_ours=is_ours)
    thread = Thread.objects.get(lookup=header.threads[0].lookup)
    thread.case = case
    return thread


def _known_threads(header: Header) -> QuerySet[Thread]:
    return Thread.objects.filter(lookup__in=_lookups(header))


def _lookups(header: Header) -> list[bytes]:
    return [name.lookup for name in header.threads]
