"""From what the lower rooms know to what a page shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from operator import itemgetter

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from safeconduct.handover.letters import Letter
from safeconduct.inner.cases import lookups as cases
from safeconduct.inner.cases import opening, retention, rules, second_codes
from safeconduct.inner.cases.drafts import OpenedDraft
from safeconduct.inner.cases.models import BrokenGlass, Case, Draft, Message
from safeconduct.inner.desk import clocks, words
from safeconduct.inner.desk.clocks import FIRST, NEXT, Clock
from safeconduct.inner.desk.confirmed import library
from safeconduct.inner.desk.shelf import label_words, titles_of
from safeconduct.inner.desk.shown import (
    CaseShown,
    Day,
    DraftShown,
    EventShown,
    Fact,
    FileShown,
    GlassShown,
    Group,
    MessageShown,
    NoteShown,
    OnShift,
    Opened,
    Queue,
    Row,
    SaidShown,
    SecondShown,
    WordsShown,
)
from safeconduct.inner.operators.models import Operator

_KIND_OF_CLOCK = {rules.FIRST_ANSWER: FIRST, rules.NEXT_ANSWER: NEXT}
_LANGUAGES_WE_ANSWER_IN = ("ru", "uk", "en")


def queue(found: cases.Queue, operator: Operator, *, open_number: int | None = None) -> Queue:
    """`open_number`: the case that stands in the middle of the page."""
    waiting = [*found.danger_now.rows, *found.waiting_for_us.rows]
    sources = [
        ("danger", found.danger_now),
        ("us", found.waiting_for_us),
        ("person", found.waiting_for_person),
        ("asleep", found.asleep),
    ]
    return Queue(
        groups=tuple(
            Group(
                name=name,
                title=words.say(words.GROUP, name),
                rows=tuple(row(case, operator, open_number=open_number, in_group=name) for case in group.rows),
                count=group.count,
                longest_since=min((case.clock_since for case in group.rows if case.clock_since), default=None),
                is_folded=name == "asleep",
            )
            for name, group in sources
        ),
        waiting=found.danger_now.count + found.waiting_for_us.count,
        free=sum(case.owner_id is None for case in waiting),
        mine=tuple(row(case, operator) for case in waiting if case.owner_id == operator.pk),
        cursor=found.cursor,
    )


def row(case: Case, operator: Operator, *, open_number: int | None = None, in_group: str = "") -> Row:
    is_danger = case.danger == "now"
    return Row(
        number=case.number,
        about=words.say(words.ABOUT, case.about),
        # The head of its group says it already.
        danger="" if in_group == "danger" else words.say(words.DANGER, case.danger),
        is_danger=is_danger,
        channel=words.say(words.CHANNEL, case.channel),
        language=words.say(words.LANGUAGE_SHORT, case.language),
        marks=_marks(case),
        owner=case.owner.name if case.owner else "",
        is_mine=case.owner_id == operator.pk,
        is_open=case.number == open_number,
        clock=_clock(case),
        last_word_at=case.last_word_at,
        came_back_at=case.last_visit_at if _has_come_back(case) else None,
    )


def _marks(case: Case) -> tuple[str, ...]:
    marks = () if case.is_code_ours else (_("code not ours"),)
    if case.second_used_at is None:
        return marks
    # On the queue nothing is said of what it means: who passes by the screen need not know.
    used = _("second code, %(moment)s") % {"moment": clocks.moment(case.second_used_at, timezone.now())}
    return (used, *marks)


def _has_come_back(case: Case) -> bool:
    """Since the last word, whoever said it."""
    if case.last_visit_at is None:
        return False
    is_ours = case.clock_since is None
    # The person's own word in the minute of a visit was written on that visit.
    return (_end_of_minute(case.last_visit_at) if is_ours else case.last_visit_at) > case.last_word_at


def _end_of_minute(at: datetime) -> datetime:
    """A visit is kept to the minute, our answer to the second: what read an answer must not seem to come before it."""
    return at.replace(second=59, microsecond=999_999)


def _clock(case: Case) -> Clock | None:
    if case.clock_since is None:
        return None
    return Clock(_KIND_OF_CLOCK[case.clock], case.clock_since + rules.ANSWER_WITHIN[case.danger])


def on_shift(operators: Iterable[Operator], found: cases.Queue, me: Operator) -> tuple[OnShift, ...]:
    groups = (found.danger_now, found.waiting_for_us, found.waiting_for_person, found.asleep)
    cases_of = Counter(case.owner_id for group in groups for case in group.rows)
    return tuple(OnShift(one.name, one.pk == me.pk, cases_of[one.pk]) for one in operators)


def case_from_outside(case: Case, operator: Operator) -> CaseShown:
    return CaseShown(
        row=row(case, operator),
        danger=case.danger,
        language=language_of(case),
        language_words=words.say(words.LANGUAGE_IN, case.language),
        window=words.say(words.WINDOW, case.window),
        opened_at=case.opened_at,
        last_word_at=case.last_word_at,
        last_visit_at=case.last_visit_at,
        second_used_at=case.second_used_at,
        ends_at=retention.end_of(case),
        is_kept=rules.is_kept_beyond_its_term(case),
        closed_at=case.closed_at,
        closed_because=words.say(words.REASON, case.closed_because),
    )


def glass(broken: BrokenGlass, case: Case) -> GlassShown:
    if not case.is_open:
        take = _("Reopen it and take it")
    elif case.owner:
        take = _("Take it over from %(name)s") % {"name": case.owner.name}
    else:
        take = _("Take this case")
    return GlassShown(broken.until, words.say(words.BROKEN, broken.reason), take)


def language_of(case: Case) -> str:
    """The language to answer in. For one that we do not write, English is the best guess."""
    return case.language if case.language in _LANGUAGES_WE_ANSWER_IN else "en"


def opened(
    case: Case,
    conversation: opening.Conversation,
    operator: Operator,
    *,
    now: datetime,
    open_files: frozenset[str] = frozenset(),
) -> Opened:
    """`open_files`: images that the operator asked for."""
    entries = _in_order(conversation.entries)
    items: list[tuple[datetime, MessageShown | EventShown]] = [
        (stands_at, _message(entry, case, open_files)) for stands_at, entry in entries
    ]
    items += [(one.note.at, _note_event(one.note.pk, one.note.by.name, one.note.at)) for one in conversation.notes]
    if case.last_visit_at:
        came_back = EventShown("visit", case.last_visit_at, "person", _("The person came back with the code"))
        items.append((_end_of_minute(case.last_visit_at), came_back))
    items.sort(key=itemgetter(0))
    return Opened(
        days=tuple(
            Day(_day(day, now), tuple(of_day))
            for day, of_day in groupby(
                (item for _stands_at, item in items), key=lambda item: timezone.localtime(item.at).date()
            )
        ),
        start=_start([entry.message for _stands_at, entry in entries]),
        words=words_shown(case, conversation.words),
        answers=tuple(fact for entry in conversation.entries if entry.letter for fact in _answers(entry.letter)),
        notes=tuple(
            NoteShown(_unless_closed(note.text), note.note.by.name, note.note.at) for note in conversation.notes
        ),
        second=_second(case),
        drafts=tuple(_draft(one) for one in conversation.drafts if one.draft.by_id != operator.pk),
    )


def _second(case: Case) -> SecondShown | None:
    codes = list(case.second_codes.order_by("pk"))
    if not codes:
        return None
    last = max(codes, key=lambda one: (one.wiped_at is None, one.used_at or one.made_at))
    return SecondShown(
        count=len(codes),
        used_at=case.second_used_at,
        wiped_at=max((one.wiped_at for one in codes if one.wiped_at), default=None),
        may_show=last.wiped_at is None,
        said=tuple(second_codes.on_the_page(last)),
    )


def _in_order(entries: Iterable[opening.Entry]) -> list[tuple[datetime, opening.Entry]]:
    """Each with the moment that it stands at: its own minute and, within one, the order in which they came here.

    Letters are kept to the minute, our answers to the second: by these alone, a letter that came after an answer of
    the same minute would stand before it.
    """
    by_minute = sorted(entries, key=lambda entry: (entry.message.at.replace(second=0, microsecond=0), entry.message.pk))
    moments = accumulate((entry.message.at for entry in by_minute), max)
    return list(zip(moments, by_minute, strict=True))


def _start(messages: Sequence[Message]) -> str:
    """The first letter that came here after our last answer; the last message where there is none."""
    answers = (one for one in messages if one.direction == Message.OUT and one.thread.second_id is None)
    answered = max((message.pk for message in answers), default=0)
    unread = [message for message in messages if message.pk > answered]
    return next((_id(message) for message in [*unread, *messages[-1:]]), "")


def _id(message: Message) -> str:
    return f"m-{bytes(message.envelope_id).hex()}"


def _message(entry: opening.Entry, case: Case, open_files: frozenset[str]) -> MessageShown:
    message = entry.message
    id = _id(message)
    is_ours = message.direction == Message.OUT
    by = message.by.name if message.by else _("Person")
    if entry.answer:
        said = tuple(
            SaidShown(one.label, label_words(one.label), one.title, one.text, one.source)
            for one in entry.answer.statements
        )
        return MessageShown(
            id, by, is_ours, message.at, language_of(case), entry.answer.text, said, mark=_mark_of(message)
        )
    if entry.letter:
        files = tuple(_file(file, open_files) for file in entry.files)
        trouble = "" if entry.letter.words or files else _("No words: only answers to the questions, in the card.")
        language = "" if case.language == "other" else case.language
        return MessageShown(
            id, by, is_ours, message.at, language, entry.letter.words, (), files, trouble, _mark_of(message)
        )
    return MessageShown(id, by, is_ours, message.at, "", "", trouble=_("This message does not open with your key."))


def _mark_of(message: Message) -> str:
    if message.thread.second_id is None:
        return ""
    is_ours = message.direction == Message.OUT
    return _("shown under the second code") if is_ours else _("written under the second code")


def _file(file: opening.FileShown, open_files: frozenset[str]) -> FileShown:
    id = file.note.envelope_id.hex()
    return FileShown(
        id=id,
        name=file.note.name,
        size=file.note.size,
        is_image=file.note.kind.startswith("image/"),
        is_open=id in open_files,
        is_here=file.attachment is not None,
    )


def _note_event(pk: int, by: str, at: datetime) -> EventShown:
    return EventShown(f"note-{pk}", at, "nosend", _("Note by %(name)s, in the card") % {"name": by})


def _unless_closed(text: str | None) -> str:
    return _("This note does not open with your key.") if text is None else text


def _draft(one: OpenedDraft) -> DraftShown:
    draft = one.draft
    shown = DraftShown(bytes(draft.draft_id).hex(), draft.by.name, draft.written_at, draft.kind == Draft.NOTE)
    if one.begun is None:
        return replace(shown, trouble=_("This draft does not open with your key."))
    return replace(shown, text=one.begun.text, statements=titles_of(one.begun.statements))


def _day(day: date, now: datetime) -> str:
    today = timezone.localtime(now).date()
    if day == today:
        return _("today, %(day)s") % {"day": clocks.day(day)}
    if day == today - timedelta(days=1):
        return _("yesterday, %(day)s") % {"day": clocks.day(day)}
    return clocks.day(day)


def words_shown(case: Case, found: opening.Words | None) -> WordsShown | None:
    return WordsShown(found.ours, found.his or "", case.our_word_given_at) if found else None


def _answers(letter: Letter) -> Iterable[Fact]:
    """Closed answers as questions and labels in the operator's language; what was skipped is left out."""
    script = library().scripts.get(letter.script)
    ours = get_language() or "uk"
    for name, value in letter.answers.items():
        if not value:
            continue
        step = script.step_of.get(name) if script and script.version == letter.script_version else None
        choice = next((one for one in step.choices if one.name == value), None) if step else None
        # A script that this release does not know: better its own names than nothing.
        question = step.say("label", ours) if step else name
        yield Fact(question, choice.label[ours] if choice else value, choice is None)
