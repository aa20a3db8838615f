"""What can happen to a case at the desk: each deed one transaction with one line in the audit.

A case that is passed in comes from `lookups.case_for` (`row_for`, to take it; `read_for`, to take it over); every deed
reads it again under a lock, so that two who act at once follow each other. Only who was admitted to the store by two
holders does any of them (else `NotAdmitted`): sealing an answer needs no key, so the keys alone would keep nobody from
giving one.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.handover.letters import Answer, Said, ThreadName, seal_answer
from safeconduct.handover.reaching.actions import send_out
from safeconduct.inner.cases import access, drafts, erasing, rules
from safeconduct.inner.cases.drafts import Begun
from safeconduct.inner.cases.errors import (
    CaseClosed,
    NeverAnswered,
    NoSecondCode,
    NoSuchCase,
    NoSuchDraft,
    NothingWaiting,
    TakenByAnother,
    TextTooLong,
    UnknownDanger,
)
from safeconduct.inner.cases.lookups import glass_over, ranked, reader_of
from safeconduct.inner.cases.models import BrokenGlass, Case, Draft, Message, Note, Thread, Tombstone
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.lookups import check_admitted, current_epoch
from safeconduct.inner.operators.models import Operator
from safeconduct.sealing.envelopes import Binding, seal


@transaction.atomic
def take_next(*, by: Operator) -> Case:
    """The case that waits for us, belongs to nobody and comes first by danger and waiting time.

    Raises `NothingWaiting`.
    """
    reader = reader_of(by)
    if not access.ON_SHIFT.holds(reader, None):
        raise NothingWaiting
    check_admitted(by, rules.STORE)
    waiting = Case.objects.filter(access.LISTED.as_filter(reader), owner=None, clock_since__isnull=False)
    # On PostgreSQL a row that a colleague is taking at this moment is passed over; SQLite has one writer.
    case = ranked(waiting).select_for_update(skip_locked=True, of=("self",)).first()
    if case is None:
        raise NothingWaiting
    return _given_to(case, by)


@transaction.atomic
def take(case: Case, *, by: Operator) -> Case:
    """Make `by` the owner. Raises `TakenByAnother`, `CaseClosed` or `NoSuchCase`; again by the owner: nothing."""
    locked = _locked(case)
    if not locked.is_open:
        raise CaseClosed(locked.pk)
    if not access.LISTED.holds(reader_of(by), locked):
        raise NoSuchCase(locked.pk)
    check_admitted(by, rules.STORE)
    if locked.owner_id == by.pk:
        return locked
    if locked.owner_id is not None:
        raise TakenByAnother(locked.pk)
    return _given_to(locked, by)


@transaction.atomic
def seek(number: int, *, by: Operator) -> None:
    """Somebody asks for a case by its number: noted alike, whether there is one or not."""
    record(rules.STORE, "case.sought", by=by.pk, about=_about(number))


@transaction.atomic
def break_glass(number: int, *, reason: str, by: Operator, tell: Callable[[BrokenGlass], object]) -> BrokenGlass:
    """Open the case of this number for reading, for `rules.GLASS_STAYS_BROKEN` or until `by` goes off.

    Whether there is such a case or not: who may not read it is not to learn that here. `tell` lets somebody else know,
    within the same transaction: no glass breaks in silence. While it stays broken, again: nothing.
    Raises `UnknownReason`, `NotAdmitted`, or `NoSuchCase` for who is not on shift and for no number of any case.
    """
    rules.check_why_broken(reason)
    if _about(number) is None:
        raise NoSuchCase(number)
    # Who is forced breaks the glass, too, and finds nothing behind it: it rings for somebody else.
    if not by.is_under_duress:
        if not access.ON_SHIFT.holds(reader_of(by), None):
            raise NoSuchCase(number)
        check_admitted(by, rules.STORE)
    if broken := glass_over(by, number):
        return broken
    now = timezone.now()
    glass = BrokenGlass.objects.create(
        case_number=number, by=by, reason=reason, at=now, until=now + rules.GLASS_STAYS_BROKEN
    )
    record(rules.STORE, f"glass.{reason}", by=by.pk, about=("case", number))
    tell(glass)
    return glass


@transaction.atomic
def take_over(case: Case, *, by: Operator) -> Case:
    """Reopen a closed case, or take one from a colleague; its glass was broken before. Again by the owner: nothing.

    Raises `NoSuchCase`.
    """
    locked = _locked(case)
    if not access.TAKEN_OVER.holds(reader_of(by), locked):
        raise NoSuchCase(locked.pk)
    check_admitted(by, rules.STORE)
    if locked.owner_id == by.pk:
        return locked
    if locked.is_open:
        return _given_to(locked, by, verb="case.handed_over" if locked.owner_id else "case.taken")
    locked.closed_at, locked.closed_because = None, ""
    locked.clock, locked.clock_since = _clock_of(locked)
    locked.save(update_fields=["closed_at", "closed_because", "clock", "clock_since"])
    return _given_to(locked, by, verb="case.reopened")


@transaction.atomic
def release(case: Case, *, by: Operator) -> None:
    """Back to the queue."""
    locked = _locked_for(case, by)
    _to_queue(locked, by)


@transaction.atomic
def release_all_of(owner: Operator, *, by: Operator | None) -> None:
    """Back to the queue with every case of somebody who goes off; `by` is None where the program sends him off.

    What is under glass that he broke is closed to him again.
    """
    now = timezone.now()
    BrokenGlass.objects.filter(by=owner, until__gt=now).update(until=now)
    for case in Case.objects.select_for_update().filter(owner=owner).order_by("pk"):
        _to_queue(case, by)


@transaction.atomic
def answer(case: Case, text: str, *, statements: Sequence[Said] = (), by: Operator) -> Message:
    """Say `text` to the person: our copy sealed to the store, the person's to the thread and on its way to the front.

    `text`: plain, at most `rules.MOST_CHARACTERS`; may be empty where there are statements. Our clock stops.
    Raises `NothingSaid`, `TextTooLong`, `CaseClosed`, `NoSuchCase` or `NoEpoch`; nothing is written then.
    """
    locked = _locked_for(case, by)
    said = rules.check_may_be_said(text, with_statements=bool(statements))
    # Threads of one code come from several peppers; the newest is one that the front still knows.
    thread = locked.threads.filter(second=None).latest("pk")
    message = _sent(locked, thread, said, statements, by)
    locked.clock, locked.clock_since, locked.last_word_at = rules.NO_CLOCK, None, message.at
    locked.save(update_fields=["clock", "clock_since", "last_word_at"])
    locked.drafts.filter(by=by, kind=Draft.ANSWER).delete()
    record(rules.STORE, "case.answered", by=by.pk, about=("case", locked.pk))
    return message


@transaction.atomic
def show_under_second(case: Case, text: str, *, by: Operator) -> Message:
    """Put something harmless under the second code that was used last: whoever forced it open reads it, too.

    Our clock runs on, since the person has no answer by it. Raises `NoSecondCode`, and what `answer` raises.
    """
    locked = _locked_for(case, by)
    said = rules.check_may_be_said(text)
    second = locked.second_codes.filter(wiped_at=None).order_by(F("used_at").desc(nulls_last=True), "-pk").first()
    if second is None:
        raise NoSecondCode(locked.pk)
    message = _sent(locked, second.threads.latest("pk"), said, (), by)
    record(rules.STORE, "case.second_shown", by=by.pk, about=("case", locked.pk))
    return message


def _sent(case: Case, thread: Thread, text: str, statements: Sequence[Said], by: Operator) -> Message:
    now, dispatch_id, epoch = timezone.now(), os.urandom(16), current_epoch(rules.STORE)
    written = Answer(text, tuple(statements), timezone.localdate(now))
    to = ThreadName(bytes(thread.lookup), bytes(thread.public_key))
    blob = seal_answer(written, to=to, store=rules.STORE, dispatch_id=dispatch_id)
    send_out("answer", {"store": rules.STORE, "lookup": to.lookup, "blob": blob}, dispatch_id=dispatch_id)
    copy_binding = Binding("answer-copy", rules.STORE, to.lookup, dispatch_id)
    return Message.objects.create(
        case=case,
        thread=thread,
        envelope_id=dispatch_id,
        direction=Message.OUT,
        epoch=epoch.number,
        sealed=seal(written.to_bytes(), to=bytes(epoch.public_key), binding=copy_binding),
        at=now,
        by=by,
    )


@transaction.atomic
def note(case: Case, text: str, *, by: Operator) -> Note:
    """Write for colleagues. Nothing leads from here to the person. Raises as `answer` does."""
    locked = _locked_for(case, by)
    said = rules.check_may_be_said(text)
    note_id, epoch = os.urandom(16), current_epoch(rules.STORE)
    binding = Binding("note", rules.STORE, envelope_id=note_id)
    kept = Note.objects.create(
        case=locked,
        note_id=note_id,
        epoch=epoch.number,
        sealed=seal(said.encode(), to=bytes(epoch.public_key), binding=binding),
        at=timezone.now(),
        by=by,
    )
    locked.drafts.filter(by=by, kind=Draft.NOTE).delete()
    record(rules.STORE, "case.noted", by=by.pk, about=("case", locked.pk))
    return kept


@transaction.atomic
def keep_draft(case: Case, begun: Begun, *, kind: str = Draft.ANSWER, by: Operator) -> None:
    """Keep what `by` has begun to write, in place of what was kept before; nothing where it is empty.

    No line in the audit: see `drafts`. Raises `TextTooLong`, `CaseClosed`, `NoSuchCase` or `NoEpoch`.
    """
    if begun.length > rules.MOST_OF_A_DRAFT:
        raise TextTooLong
    locked = _locked_for(case, by)
    if begun.is_empty:
        locked.drafts.filter(by=by, kind=kind).delete()
    else:
        Draft.objects.update_or_create(case=locked, by=by, kind=kind, defaults=drafts.as_kept(begun))


@transaction.atomic
def take_over_draft(case: Case, draft_id: bytes, *, keys: OpenedKeys) -> None:
    """A colleague's draft goes on as one's own, after what stood there already.

    Raises `NoSuchDraft`, also where one of the two does not open; and as `keep_draft` does.
    """
    by = keys.operator
    locked = _locked_for(case, by)
    theirs = _draft_of_a_colleague(locked, draft_id, by)
    both = [*locked.drafts.filter(by=by, kind=theirs.kind), theirs]
    begun = Begun("")
    for one in drafts.opened(both, keys=keys):
        if one.begun is None:
            raise NoSuchDraft(locked.pk)
        begun = begun.with_more(one.begun)
    keep_draft(locked, begun, kind=theirs.kind, by=by)
    theirs.delete()
    record(rules.STORE, "case.draft_taken", by=by.pk, about=("case", locked.pk))


@transaction.atomic
def drop_draft(case: Case, draft_id: bytes, *, by: Operator) -> None:
    """A colleague's draft goes: who owns the case does not need it. Raises as `take_over_draft` does."""
    locked = _locked_for(case, by)
    _draft_of_a_colleague(locked, draft_id, by).delete()
    record(rules.STORE, "case.draft_dropped", by=by.pk, about=("case", locked.pk))


@transaction.atomic
def our_word_given(case: Case, *, by: Operator) -> None:
    """The person said our answer-back word; from now on the desk shows the person's own."""
    locked = _locked_for(case, by)
    if locked.our_word_given_at is None:
        locked.our_word_given_at = timezone.now()
        locked.save(update_fields=["our_word_given_at"])
        record(rules.STORE, "case.word_given", by=by.pk, about=("case", locked.pk))


@transaction.atomic
def judge_danger(case: Case, danger: str, *, by: Operator) -> None:
    """Set what the closed answers did not know, up or down. Raises `UnknownDanger`."""
    if danger not in rules.DANGER_RANK:
        raise UnknownDanger
    locked = _locked_for(case, by)
    locked.danger = danger
    locked.save(update_fields=["danger"])
    record(rules.STORE, "case.danger_judged", by=by.pk, about=("case", locked.pk))


@transaction.atomic
def close(case: Case, *, reason: str, by: Operator) -> None:
    """End the case until the person writes again.

    Raises `UnknownReason`, `NeverAnswered`, `CaseClosed` or `NoSuchCase`.
    """
    rules.check_reason(reason)
    locked = _locked_for(case, by)
    if reason == "answered" and not locked.messages.filter(direction=Message.OUT, thread__second=None).exists():
        raise NeverAnswered(locked.pk)
    locked.closed_at, locked.closed_because = timezone.now(), reason
    locked.owner, locked.clock, locked.clock_since = None, rules.NO_CLOCK, None
    locked.save()
    # Nobody would come upon them: a case that comes back does so with another letter to answer.
    locked.drafts.all().delete()
    record(rules.STORE, "case.closed", by=by.pk, about=("case", locked.pk))


@transaction.atomic
def erase(case: Case, *, by: Operator) -> None:
    """Erase the case with all that was written and sent, here and on the front."""
    erasing.erase_rows(_locked_for(case, by), by=by)


@transaction.atomic
def erase_as_asked(number: int, *, by: tuple[Operator, Operator]) -> Tombstone:
    """Erase a case for a person who asked for it in another way than with the code; two holders answer for it.

    Whoever owns it, open or closed. Raises `NoSuchCase`, or `NotAdmitted` unless both are two admitted holders.
    """
    asked, confirms = by
    for holder in by:
        check_admitted(holder, rules.STORE)
    if asked == confirms:
        raise NotAdmitted(confirms.pk)
    case = Case.objects.select_for_update().filter(pk=number).first()
    if case is None:
        raise NoSuchCase(number)
    record(rules.STORE, "case.erasure_confirmed", by=confirms.pk, about=("case", number))
    return erasing.erase_rows(case, by=asked)


def _locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends. Raises `NoSuchCase` where it was erased meanwhile."""
    found = Case.objects.select_for_update().filter(pk=case.pk).first()
    if found is None:
        raise NoSuchCase(case.pk)
    return found


def _locked_for(case: Case, by: Operator) -> Case:
    locked = _locked(case)
    access.check_may_work_on(locked, reader_of(by))
    check_admitted(by, rules.STORE)
    return locked


def _draft_of_a_colleague(case: Case, draft_id: bytes, by: Operator) -> Draft:
    found = case.drafts.filter(draft_id=draft_id).exclude(by=by).first()
    if found is None:
        raise NoSuchDraft(case.pk)
    return found


def _about(number: int) -> tuple[str, int] | None:
    """What the audit can say of a number that somebody typed."""
    return ("case", number) if 0 < number <= rules.HIGHEST_NUMBER else None


def _clock_of(case: Case) -> tuple[str, datetime | None]:
    """Which clock would run, had the case never been closed: since the first letter or file after our last answer."""
    answer = case.messages.filter(direction=Message.OUT, thread__second=None).order_by("pk").last()
    letters, files = case.messages.filter(direction=Message.IN), case.attachments.all()
    if answer:
        # Letters come with the minute, answers with the second: their own order is that of their numbers.
        letters, files = letters.filter(pk__gt=answer.pk), files.filter(at__gt=answer.at)
    said_at = [*letters.values_list("at", flat=True), *files.values_list("at", flat=True)]
    if not said_at:
        return rules.NO_CLOCK, None
    return (rules.NEXT_ANSWER if answer else rules.FIRST_ANSWER), min(said_at)


def _given_to(case: Case, operator: Operator, *, verb: str = "case.taken") -> Case:
    case.owner = operator
    case.save(update_fields=["owner"])
    record(rules.STORE, verb, by=operator.pk, about=("case", case.pk))
    return case


def _to_queue(case: Case, by: Operator | None) -> None:
    case.owner = None
    case.save(update_fields=["owner"])
    record(rules.STORE, "case.released", by=by.pk if by else None, about=("case", case.pk))
