"""What do the sealed things of a case say? Read with an operator's opened keys, and each reading is recorded first."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.handover.letters import Answer, FileNote, FilePart, Letter, open_file, open_letter
from safeconduct.inner.cases import access, drafts, rules
from safeconduct.inner.cases.access import Rule
from safeconduct.inner.cases.drafts import OpenedDraft
from safeconduct.inner.cases.errors import NoSuchCase
from safeconduct.inner.cases.lookups import reader_of
from safeconduct.inner.cases.models import Attachment, Case, Message, Note
from safeconduct.inner.operators import lookups as operators
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.sealing.envelopes import Binding, CannotOpen, open_sealed


@dataclass(frozen=True)
class FileShown:
    """A file as its letter names it. `attachment` is None while the file itself is still on its way."""

    note: FileNote
    attachment: Attachment | None


@dataclass(frozen=True)
class Entry:
    """One message: a letter, an answer, or neither where it does not open (another epoch's key, or damaged)."""

    message: Message
    letter: Letter | None
    answer: Answer | None
    files: tuple[FileShown, ...]

    @property
    def is_closed(self) -> bool:
        return self.letter is None and self.answer is None


@dataclass(frozen=True)
class OpenedNote:
    """`text` is None where it does not open."""

    note: Note
    text: str | None


@dataclass(frozen=True)
class Words:
    """The answer-back words. `his` is None until the person has said `ours` (`actions.our_word_given`)."""

    ours: str
    his: str | None


@dataclass(frozen=True)
class Conversation:
    """Everything said in a case, oldest first. `loose_files` came before the letter that names them.

    `drafts`: what operators have begun to write, whoever they are; for who works on the case alone.
    """

    entries: tuple[Entry, ...]
    notes: tuple[OpenedNote, ...]
    drafts: tuple[OpenedDraft, ...]
    words: Words | None
    loose_files: tuple[Attachment, ...]


def open_conversation(case: Case, *, keys: OpenedKeys) -> Conversation:
    """All letters, answers, notes and drafts of a case: one line in the audit, since who reads a case reads it whole.

    Raises `NoSuchCase` or `NotAdmitted`. What alone does not open stays closed in its place.
    """
    _note_reading(case, keys, "case.read", read_to=case.messages.order_by("pk").last())
    # Broken glass is for what the person said.
    is_own = access.WORKED_ON.holds(reader_of(keys.operator), case)
    begun = case.drafts.select_related("by") if is_own else ()
    # Without the files themselves: a conversation may have hundreds of megabytes of them.
    files = Attachment.objects.defer("sealed")
    messages = case.messages.select_related("thread", "by").prefetch_related(Prefetch("attachments", files))
    entries = tuple(_entry(message, keys) for message in messages)
    return Conversation(
        entries=entries,
        notes=tuple(OpenedNote(note, _note_text(note, keys)) for note in case.notes_kept.select_related("by")),
        drafts=drafts.opened(begun, keys=keys),
        words=_words(case, entries),
        loose_files=tuple(files.filter(case=case, message=None)),
    )


def open_message(message: Message, *, keys: OpenedKeys) -> Entry:
    """One message that came or went after the conversation was opened: one line in the audit.

    `message` comes from `lookups.message_for`. Raises `NoSuchCase` or `NotAdmitted`.
    """
    _note_reading(message.case, keys, "case.read", read_to=message)
    return _entry(message, keys)


def open_attachment(attachment: Attachment, *, keys: OpenedKeys) -> FilePart:
    """One file, with its name and kind; one line in the audit. `attachment` comes from `lookups.attachment_for`.

    Raises `NoSuchCase`, `NotAdmitted` or `CannotOpen`.
    """
    _note_reading(attachment.case, keys, "case.file_read")
    return open_file(
        bytes(attachment.sealed),
        epoch_seed=keys.epoch_seed(rules.STORE, attachment.epoch),
        store=rules.STORE,
        lookup=bytes(attachment.thread.lookup),
        envelope_id=bytes(attachment.envelope_id),
    )


def words_of(case: Case, *, keys: OpenedKeys) -> Words | None:
    """The answer-back words alone; None where no opening letter has come. One line in the audit."""
    _note_reading(case, keys, "case.read")
    first = case.messages.filter(is_opening=True).select_related("thread").first()
    return _words(case, (_entry(first, keys),)) if first else None


def note_print(case: Case, *, keys: OpenedKeys) -> int:
    """The conversation of an own case goes on paper. The number of the line in the audit, which the paper carries.

    Raises `NoSuchCase` or `NotAdmitted`.
    """
    return _note_reading(case, keys, "case.printed", allowed=access.WORKED_ON)


def _note_reading(
    case: Case, keys: OpenedKeys, verb: str, *, read_to: Message | None = None, allowed: Rule = access.READABLE
) -> int:
    """Recorded and committed before a word is opened: who reads and then breaks off has read.

    `read_to`: the last message that is opened now.
    """
    now, reader = Case.objects.filter(pk=case.pk).first(), reader_of(keys.operator)
    if now is None or not allowed.holds(reader, now):
        raise NoSuchCase(case.pk)
    operators.check_admitted(keys.operator, rules.STORE)
    with transaction.atomic():
        # Who reads under broken glass cannot answer: for the desk the letter stays unread.
        if read_to is not None and access.WORKED_ON.holds(reader, now):
            _note_read(case, read_to)
        return record(rules.STORE, verb, by=keys.operator.pk, about=("case", case.pk))


def _note_read(case: Case, read_to: Message) -> None:
    """Unless the person has sent more meanwhile: who arrives holds the row of the case, as we do."""
    locked = Case.objects.select_for_update().filter(pk=case.pk, read_at=None).first()
    if locked is None or locked.messages.filter(direction=Message.IN, pk__gt=read_to.pk).exists():
        return
    locked.read_at = timezone.now()
    locked.save(update_fields=["read_at"])


def _entry(message: Message, keys: OpenedKeys) -> Entry:
    try:
        seed = keys.epoch_seed(rules.STORE, message.epoch)
        if message.direction == Message.OUT:
            return Entry(message, None, _answer(message, seed), ())
        letter = _letter(message, seed)
    except (CannotOpen, NotAdmitted):
        return Entry(message, None, None, ())
    there = {bytes(attachment.envelope_id): attachment for attachment in message.attachments.all()}
    return Entry(message, letter, None, tuple(FileShown(note, there.get(note.envelope_id)) for note in letter.files))


def _letter(message: Message, seed: bytes) -> Letter:
    return open_letter(
        bytes(message.sealed),
        epoch_seed=seed,
        store=rules.STORE,
        lookup=bytes(message.thread.lookup),
        envelope_id=bytes(message.envelope_id),
    )


def _answer(message: Message, seed: bytes) -> Answer:
    binding = Binding("answer-copy", rules.STORE, bytes(message.thread.lookup), bytes(message.envelope_id))
    return Answer.from_bytes(open_sealed(bytes(message.sealed), seed=seed, binding=binding))


def _note_text(note: Note, keys: OpenedKeys) -> str | None:
    binding = Binding("note", rules.STORE, envelope_id=bytes(note.note_id))
    try:
        return open_sealed(bytes(note.sealed), seed=keys.epoch_seed(rules.STORE, note.epoch), binding=binding).decode()
    except (CannotOpen, NotAdmitted):
        return None


def _words(case: Case, entries: tuple[Entry, ...]) -> Words | None:
    """From the first opening letter: both words were drawn when its form was made."""
    for entry in entries:
        if entry.message.is_opening and entry.letter:
            return Words(entry.letter.our_word, entry.letter.your_word if case.our_word_given_at else None)
    return None
