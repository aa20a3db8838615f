"""What happens when an envelope for this room arrives? Acts may come in any order, and twice."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from safeconduct.audit.actions import record
from safeconduct.handover.errors import NotProved
from safeconduct.handover.letters import Envelope, Header
from safeconduct.inner.cases import erasing, rules, second_codes
from safeconduct.inner.cases.models import Attachment, Case, Message, SecondCode, Thread


@transaction.atomic
def take_in(envelope: Envelope, header: Header) -> None:
    """Keep what the person sent, closed as it came. Again with the same id it changes nothing.

    A letter from before a wipe that comes after it is not kept: the person asked for that.
    Raises `NotProved` where it speaks of a thread whose code did not sign it; nothing is changed then.
    """
    if erasing.is_wiped([*_lookups(header), *header.first], arrived_at=envelope.arrived_at):
        record(rules.STORE, "envelope.refused", by=None)
        return
    _check_proved(header)
    ACTS[header.act](envelope, header)


def _check_proved(header: Header) -> None:
    """Who has the front sees lookup ids, and would bring a thread of his own along: inner answers to the newest."""
    signed_by = dict.fromkeys(header.first, header.signers[-1]) | dict.fromkeys(_lookups(header), header.signers[0])
    known = Thread.objects.filter(lookup__in=list(signed_by)).exclude(verifying_key=b"")
    for lookup, verifying_key in known.values_list("lookup", "verifying_key"):
        if bytes(verifying_key) != signed_by[bytes(lookup)]:
            raise NotProved


def _take_letter(envelope: Envelope, header: Header) -> None:
    if Message.objects.filter(envelope_id=envelope.id).exists():
        return
    case, thread = _case_and_thread(envelope, header)
    message = Message.objects.create(
        case=case,
        thread=thread,
        envelope_id=envelope.id,
        direction=Message.IN,
        is_opening=header.act == "opening",
        epoch=envelope.epoch,
        sealed=envelope.body,
        at=envelope.arrived_at,
    )
    Attachment.objects.filter(case=case, message=None, message_envelope_id=envelope.id).update(message=message)


def _take_file(envelope: Envelope, header: Header) -> None:
    if Attachment.objects.filter(envelope_id=envelope.id).exists():
        return
    case, thread = _case_and_thread(envelope, header)
    Attachment.objects.create(
        case=case,
        thread=thread,
        message=Message.objects.filter(case=case, envelope_id=header.message).first(),
        message_envelope_id=header.message,
        envelope_id=envelope.id,
        epoch=envelope.epoch,
        sealed=envelope.body,
        at=envelope.arrived_at,
    )


def _note_visit(envelope: Envelope, header: Header) -> None:
    """A code that nobody wrote under leads to no case: somebody looked at the quiet page, and that is all."""
    case, second = _known_case(header), _known_second(header)
    if second is not None:
        _note_use(second, case, envelope.arrived_at)
        return
    if case is None:
        return
    case.last_visit_at = max(case.last_visit_at or envelope.arrived_at, envelope.arrived_at)
    case.save(update_fields=["last_visit_at"])
    record(rules.STORE, "case.visited", by=None, about=("case", case.pk))


def _take_erasure(envelope: Envelope, header: Header) -> None:
    """Under a second code somebody else may have asked for it: the case stays, and the front has erased as always."""
    case, second, at = _known_case(header), _known_second(header), envelope.arrived_at
    if second is not None and case is not None:
        second_codes.wipe(second, at=at)
        _note_use(second, case, at)
        return
    if second is not None:
        second_codes.drop(second)
    erasing.wipe(case, _lookups(header), at=at)


def _take_request(envelope: Envelope, header: Header) -> None:
    """A second code was asked for. The code that was typed may lead to no case, or be a second one itself.

    Asked with one that is used under duress, the new one is linked to nothing: who asked may not be the person.
    A code that somebody already writes under is left as it is.
    """
    at = envelope.arrived_at
    typed = Thread.objects.filter(lookup__in=header.first)
    known = typed.filter(second=None).first()
    case = _locked(known.case_id if known else None)
    for forced in SecondCode.objects.filter(pk__in=typed.values("second")):
        # The case first, in this order everywhere.
        of_forced = _locked(forced.case_id)
        _note_use(SecondCode.objects.select_for_update().get(pk=forced.pk), of_forced, at)
    there = _known_second(header)
    if there is not None and there.case_id is None and case is not None:
        second_codes.link(there, case)
    if _known_threads(header).exists():
        return
    second_codes.make(header, case, at=at)
    if case is not None:
        record(rules.STORE, "case.second_made", by=None, about=("case", case.pk))


ACTS: dict[str, Callable[[Envelope, Header], None]] = {
    "opening": _take_letter,
    "writing": _take_letter,
    "file": _take_file,
    "visit": _note_visit,
    "erasure": _take_erasure,
    "second": _take_request,
}


def _known_case(header: Header) -> Case | None:
    """The case of the first of the header's threads that we know, locked."""
    known = _known_threads(header).filter(case__isnull=False)
    case_of = {bytes(lookup): number for lookup, number in known.values_list("lookup", "case_id")}
    for name in header.threads:
        if name.lookup in case_of:
            return _locked(case_of[name.lookup])
    return None


def _locked(number: int | None) -> Case | None:
    return None if number is None else Case.objects.select_for_update().get(pk=number)


def _known_second(header: Header) -> SecondCode | None:
    """The second code that the header's threads are of, locked; after `_known_case`, in this order everywhere."""
    threads = _known_threads(header).filter(second__isnull=False).values("second")
    return SecondCode.objects.select_for_update().filter(pk__in=threads).first()


def _note_use(second: SecondCode, case: Case | None, at: datetime) -> None:
    """Somebody came with a second code, perhaps not alone. The case goes to the top of the queue, and `duty` rings."""
    second_codes.note_use(second, at)
    if case is None:
        return
    case.second_used_at = max(case.second_used_at or at, at)
    case.danger = "now"
    case.closed_at, case.closed_because = None, ""
    case.read_at = None
    _let_clock_run(case, at)
    case.save()
    record(rules.STORE, "case.second_used", by=None, about=("case", case.pk))


def _case_and_thread(envelope: Envelope, header: Header) -> tuple[Case, Thread]:
    """The newest thread of the header, with its case; thread and case are made where they are not there yet.

    A file counts as speech like a letter: one that comes after our answer has been seen by nobody.
    """
    case, second, at = _known_case(header), _known_second(header), envelope.arrived_at
    if case is None:
        case, verb = _new_case(header, at), "case.opened"
    else:
        verb = "case.written" if case.is_open else "case.reopened"
        if second is None:
            _hear(case, header, at)
    record(rules.STORE, verb, by=None, about=("case", case.pk))
    if second is not None and second.case_id is None:
        second_codes.become_a_code_like_any_other(second, case)
    elif second is not None:
        # Language and answers of such a letter are not the person's own choice.
        case.last_word_at = max(case.last_word_at, at)
        _note_use(second, case, at)
    return case, _newest_thread(case, header)


def _new_case(header: Header, at: datetime) -> Case:
    case = Case.objects.create(
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
    # A second code may have been asked for while the first letter was held up.
    for second in SecondCode.objects.select_for_update().filter(case=None, first__in=_lookups(header)):
        second_codes.link(second, case)
        if second.used_at:
            _note_use(second, case, second.used_at)
    return case


def _hear(case: Case, header: Header, at: datetime) -> None:
    """The person has said more: our clock runs, a closed case goes back to the queue."""
    case.danger = rules.higher_danger(case.danger, header.danger) if case.is_open else header.danger
    case.closed_at, case.closed_because = None, ""
    if header.about != "unsaid":
        case.about = header.about
    case.channel, case.language, case.window = header.channel, header.language, header.window
    _let_clock_run(case, at)
    case.last_word_at = max(case.last_word_at, at)
    case.read_at = None
    case.save()


def _let_clock_run(case: Case, at: datetime) -> None:
    if case.clock_since is None:
        was_answered = case.messages.filter(direction=Message.OUT, thread__second=None).exists()
        case.clock, case.clock_since = rules.NEXT_ANSWER if was_answered else rules.FIRST_ANSWER, at
    case.clock_since = min(case.clock_since, at)


def _newest_thread(case: Case, header: Header) -> Thread:
    known = _known_threads(header)
    # All threads of a header come from one code: what is known of one holds for all.
    is_ours = header.act == "opening" or known.filter(is_ours=True).exists()
    known.update(is_ours=is_ours, verifying_key=header.signers[0])
    second = SecondCode.objects.filter(threads__in=known).first()
    there = {bytes(lookup) for lookup in known.values_list("lookup", flat=True)}
    # Oldest first, so that the newest has the highest number: answers go to that one.
    for name in reversed(header.threads):
        if name.lookup not in there:
            Thread.objects.create(
                case=case,
                second=second,
                lookup=name.lookup,
                public_key=name.public_key,
                verifying_key=header.signers[0],
                is_ours=is_ours,
            )
    return Thread.objects.get(lookup=header.threads[0].lookup)


def _known_threads(header: Header) -> QuerySet[Thread]:
    return Thread.objects.filter(lookup__in=_lookups(header))


def _lookups(header: Header) -> list[bytes]:
    return [name.lookup for name in header.threads]
