"""What is kept of an appeal: in the clear what a queue needs, the words sealed to the store's epoch."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from safeconduct.handover.letters import ABOUTS, DANGERS, ID_BYTES, LANGUAGES, LOOKUP_BYTES
from safeconduct.inner.cases import rules
from safeconduct.sealing.envelopes import PUBLIC_KEY_BYTES
from safeconduct.sealing.signing import VERIFYING_KEY_BYTES


class Case(models.Model):
    """One person, relative or group who wrote under a code. The number is ours and never in a request."""

    number = models.BigAutoField(primary_key=True)
    opened_at = models.DateTimeField()
    channel = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    window = models.CharField(max_length=40)
    about = models.CharField(max_length=10)
    danger = models.CharField(max_length=5)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cases")
    # Which clock runs for us, and since when; "none" while the person has the word.
    clock = models.CharField(max_length=12, default=rules.NO_CLOCK)
    clock_since = models.DateTimeField(null=True)
    # The last letter or answer.
    last_word_at = models.DateTimeField()
    last_visit_at = models.DateTimeField(null=True)
    # When an operator opened what the person sent last; empty while nobody has.
    read_at = models.DateTimeField(null=True)
    our_word_given_at = models.DateTimeField(null=True)
    # When a second code of this case was used last: somebody may stand beside the person.
    second_used_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=20, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["danger", "clock_since"], name="cases_waiting_for_us", condition=Q(clock_since__isnull=False)
            ),
            models.Index(
                fields=["last_word_at"], name="cases_waiting_for_them", condition=Q(closed_at=None, clock_since=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="cases_language_known"),
            models.CheckConstraint(condition=Q(about__in=ABOUTS), name="cases_about_known"),
            models.CheckConstraint(condition=Q(danger__in=DANGERS), name="cases_danger_known"),
            models.CheckConstraint(
                condition=Q(clock=rules.NO_CLOCK, clock_since=None)
                | Q(clock__in=rules.RUNNING_CLOCKS, clock_since__isnull=False),
                name="cases_clock_runs_since",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_because="")
                | Q(
                    closed_at__isnull=False,
                    closed_because__in=rules.REASONS,
                    owner=None,
                    clock=rules.NO_CLOCK,
                ),
                name="cases_closed_is_over",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_code_ours(self) -> bool:
        """False: the person writes under a code that we never gave out, or whose case was erased."""
        return any(thread.is_ours for thread in self.threads.all())

    @property
    def is_late(self) -> bool:
        return self.is_late_at(timezone.now())

    def is_late_at(self, moment: datetime) -> bool:
        return self.clock_since is not None and moment - self.clock_since > rules.ANSWER_WITHIN[self.danger]


class SecondCode(models.Model):
    """A code for whoever is forced to open the messages: under it stands a harmless exchange, and its use is marked.

    `case` is empty where the code that it was asked with leads to none; for the person and for the front that is all
    the same. `first`: the lookup id of that code, in case its first letter is still on the way.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="second_codes")
    first = models.BinaryField(max_length=LOOKUP_BYTES, db_index=True)
    language = models.CharField(max_length=5)
    # The exchange by its name, how many of its messages have left, and when the next one does.
    exchange = models.CharField(max_length=40, default="")
    said = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    # When everything was to be erased under it; the case stays, and nothing stands under it any more.
    wiped_at = models.DateTimeField(null=True)


class Thread(models.Model):
    """A lookup id under which the person of a case comes back, and the key that answers are sealed to.

    `second`: it is one of a second code, and no answer goes there unless it is written for it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="threads")
    second = models.ForeignKey(SecondCode, on_delete=models.CASCADE, null=True, related_name="threads")
    lookup = models.BinaryField(max_length=LOOKUP_BYTES, unique=True)
    public_key = models.BinaryField(max_length=PUBLIC_KEY_BYTES)
    # Whatever comes under this thread is signed by it. Empty of threads from before: the next letter brings it.
    verifying_key = models.BinaryField(max_length=VERIFYING_KEY_BYTES, default=b"")
    # False until an opening arrives: only those carry a code that we gave out.
    is_ours = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(second__isnull=False), name="cases_thread_of_a_code"
            )
        ]


class Message(models.Model):
    """A letter of the person as it came, or our copy of an answer; sealed to the store's epoch."""

    IN, OUT = "in", "out"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE)
    # Of a letter the envelope's id, of an answer the dispatch's.
    envelope_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    direction = models.CharField(max_length=3)
    is_opening = models.BooleanField(default=False)
    epoch = models.PositiveIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction="in", by=None) | Q(direction="out", by__isnull=False, is_opening=False),
                name="cases_answers_have_an_author",
            ),
        ]


class Attachment(models.Model):
    """A file of the person, sealed as it came. Its name and kind are inside the seal only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE)
    # Empty while the letter that it belongs to is still on its way.
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    message_envelope_id = models.BinaryField(max_length=ID_BYTES)
    envelope_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    epoch = models.PositiveIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Note(models.Model):
    """What one operator tells the next. A table of its own: no column of it leads to a person."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes_kept")
    note_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    epoch = models.PositiveIntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]


class Draft(models.Model):
    """What an operator has begun to write in a case; sealed to the store's epoch, and never on its way to anybody."""

    ANSWER, NOTE = "answer", "note"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6)
    # Another one each time it is written: what is sealed anew opens in no older place.
    draft_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    epoch = models.PositiveIntegerField()
    sealed = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "by", "kind"], name="cases_draft_once"),
            models.CheckConstraint(condition=Q(kind__in=["answer", "note"]), name="cases_draft_kind_known"),
        ]


class BrokenGlass(models.Model):
    """That an operator opened, with a reason, the case of this number, which is not his; for reading, until `until`.

    No foreign key: for who may not read, a number that leads nowhere is the same as one that does.
    """

    case_number = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["by", "until"], name="cases_glass_broken")]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=rules.WHY_BROKEN), name="cases_glass_reason_known"),
        ]


class Wipe(models.Model):
    """That the person wiped a thread: a letter from before that comes late is not kept.

    The thread is named by a keyed hash, so that the database alone does not tell whose it was.
    """

    mark = models.BinaryField(max_length=32, unique=True)
    wiped_at = models.DateTimeField(db_index=True)


class Tombstone(models.Model):
    """That a case was erased, how much of it, and when the last backup that holds it is gone. Nothing else is left."""

    case_number = models.BigIntegerField(primary_key=True)
    erased_at = models.DateTimeField()
    backups_gone_on = models.DateField()
    # When the database files were cleared of what the rows left behind.
    swept_at = models.DateTimeField(null=True)
    letters = models.PositiveIntegerField(default=0)
    answers = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    notes = models.PositiveIntegerField(default=0)
    # The line of the audit that says who; empty of cases erased before this was kept.
    audit_seq = models.BigIntegerField(null=True)


class JournalLine(models.Model):
    """An erasure on its way into the journal (`journal.py`), sealed; the row goes once the line is on the disk."""

    line = models.BinaryField()
