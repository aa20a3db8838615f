"""What does a page show? Small frozen records for templates, which ask the database nothing."""

from dataclasses import dataclass
from datetime import datetime

from safeconduct.inner.desk.clocks import Clock
from safeconduct.interview.showing import Shown


@dataclass(frozen=True)
class Row:
    """One case in the queue: what the header says, who has it, which clock runs. No word of a person."""

    number: int
    about: str
    danger: str
    is_danger: bool
    channel: str
    language: str
    marks: tuple[str, ...]
    owner: str
    is_mine: bool
    is_open: bool
    clock: Clock | None
    last_word_at: datetime
    came_back_at: datetime | None  # where it was after the last word: then the person has seen our answer


@dataclass(frozen=True)
class Group:
    """`name`: danger, us, person or asleep; `is_folded` where the rows are shown on request only."""

    name: str
    title: str
    rows: tuple[Row, ...]
    count: int
    longest_since: datetime | None
    is_folded: bool

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Queue:
    groups: tuple[Group, ...]
    waiting: int  # for us, those in danger among them
    free: int  # of these, what *take the next one* can give
    mine: tuple[Row, ...]
    cursor: int


@dataclass(frozen=True)
class OnShift:
    name: str
    is_me: bool
    cases: int


@dataclass(frozen=True)
class Hindrance:
    """What keeps letters from coming in or answers from leaving, or what a holder must know, in a sentence.

    `seen`: the number that is confirmed by a press of the button; 0 where only mending makes it go.
    """

    icon: str
    words: str
    seen: int = 0


@dataclass(frozen=True)
class AlarmShown:
    """What rings until somebody takes it, in a sentence."""

    number: int
    words: str
    rung_at: datetime


@dataclass(frozen=True)
class SaidShown:
    """A statement inside one of our messages, in the words that were sent."""

    label: str
    label_words: str
    title: str
    text: str
    source: str


@dataclass(frozen=True)
class FileShown:
    id: str
    name: str
    size: int
    is_image: bool
    is_open: bool
    is_here: bool  # False while the file itself is still on its way


@dataclass(frozen=True)
class MessageShown:
    id: str
    by: str
    is_ours: bool
    at: datetime
    language: str
    text: str
    said: tuple[SaidShown, ...] = ()
    files: tuple[FileShown, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class EventShown:
    """A line between the messages: the person came back, a note was kept."""

    id: str
    at: datetime
    icon: str
    text: str


@dataclass(frozen=True)
class Day:
    name: str
    items: tuple[MessageShown | EventShown, ...]


@dataclass(frozen=True)
class WordsShown:
    """Answer-back words: `theirs` is empty until ours was said."""

    ours: str
    theirs: str
    said_at: datetime | None


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    is_typed: bool  # by the person, in whatever language


@dataclass(frozen=True)
class NoteShown:
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class CaseShown:
    """A case from outside: what anybody of the shift may see of it before *take*. A closed one only with its words."""

    row: Row
    danger: str
    language: str  # of the answer: "ru", "uk", "en"
    language_words: str
    window: str
    opened_at: datetime
    last_word_at: datetime
    last_visit_at: datetime | None
    ends_at: datetime | None  # by the headquarters' term, where there is one
    is_kept: bool  # beyond that term, as long as nobody has read it, somebody works on it or danger waits for us
    closed_at: datetime | None
    closed_because: str


@dataclass(frozen=True)
class GlassShown:
    """A case that is another's, open for reading; `take`: the words on the button that makes it one's own."""

    until: datetime
    reason: str
    take: str


@dataclass(frozen=True)
class Opened:
    """A case from inside, after *take*. `start`: the id of the message to read on from."""

    days: tuple[Day, ...]
    start: str
    words: WordsShown | None
    answers: tuple[Fact, ...]
    notes: tuple[NoteShown, ...]


@dataclass(frozen=True)
class Inserted:
    """A statement in the composer, in the person's language and in the operator's. `key`: "quiet-hours@3"."""

    key: str
    label: str
    label_words: str
    label_theirs: str
    theirs: Shown
    ours: Shown


@dataclass(frozen=True)
class Option:
    """A statement in the picker. `barred`: why it cannot be chosen; then nothing but its title is there."""

    title: str
    label: str
    label_words: str
    inserted: Inserted | None
    barred: str = ""


@dataclass(frozen=True)
class Topic:
    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Composer:
    """The answer as it stands. `step`: "write", "pick" or "preview"."""

    step: str
    text: str
    inserted: tuple[Inserted, ...]
    once: str
    seen: int  # how much of what the person sent stands on the page
    limit: int
    refusal: str = ""
    topics: tuple[Topic, ...] = ()
    sent: bool = False


@dataclass(frozen=True)
class LineShown:
    """One line of the audit, in words."""

    number: int
    at: datetime
    who: str
    what: str
    about: str


@dataclass(frozen=True)
class Person:
    """One of those who work here, as the administrator sees them. No case of theirs."""

    name: str
    roles: tuple[str, ...]
    admitted: tuple[str, ...]
    suspended_at: datetime | None
    seen_at: datetime | None
