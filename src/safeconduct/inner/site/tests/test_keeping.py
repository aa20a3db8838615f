"""An epoch's key goes with the last row under it, and not a moment before nothing more can come in."""

import io
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from safeconduct.handover.letters import FilePart
from safeconduct.handover.reaching.models import FrontStatus
from safeconduct.inner.cases import actions as cases
from safeconduct.inner.cases.drafts import Begun
from safeconduct.inner.cases.models import Attachment, Draft, Message, Note
from safeconduct.inner.intake.actions import take_in
from safeconduct.inner.intake.models import KeptAside
from safeconduct.inner.operators import actions
from safeconduct.inner.operators.models import Epoch, EpochWrap
from safeconduct.inner.site import keeping
from safeconduct.inner.site.rows import lines_of_rows
from safeconduct.inner.site.sealed_file import SealedWriter, opened_lines
from safeconduct.sealing.envelopes import CannotOpen, key_pair_of
from safeconduct.sealing.stores import unwrap_epoch
from tests.keys import RECOVERY_KEY, STORE
from tests.people import Colleague, Writer

LONG_AGO = timedelta(days=61)


def front_is_well(**more: object) -> None:
    well = {"contact_at": datetime.now(UTC), "trouble": "", "trouble_since": None, "clock_seconds": 0, "stuck": 0}
    FrontStatus.objects.update_or_create(pk=1, defaults=well | more)


@pytest.fixture
def rolled(olena: Colleague, taras: Colleague, soldier: Writer) -> Epoch:
    """The first epoch, under which a case with everything lies; the front has sealed to the second for long."""
    letter = soldier.opens("Перша")
    soldier.sends_file(letter, FilePart("a.pdf", "application/pdf", b"file"))
    case = cases.take(soldier.case, by=olena.operator)
    cases.answer(case, "Так", by=olena.operator)
    cases.note(case, "Тихо", by=olena.operator)
    cases.keep_draft(case, Begun("Ще"), by=olena.operator)
    actions.open_epoch(STORE, by=(olena.keys, taras.keys))
    long_ago = timezone.now() - LONG_AGO
    Epoch.objects.filter(number=2).update(opened_at=long_ago, backed_up_at=long_ago, front_has_at=long_ago)
    front_is_well()
    return Epoch.objects.get(number=1)


def has_key(epoch: Epoch) -> bool:
    return EpochWrap.objects.filter(epoch=epoch).exists()


def test_every_row_counts_whatever_room_it_is_of(rolled: Epoch) -> None:
    assert keeping.rows_under(rolled) == 5
    assert {table.__name__ for table, _ in keeping._tables_with_epochs()} >= {
        "Message",
        "Attachment",
        "Note",
        "Draft",
        "KeptAside",
    }
    assert keeping.rows_under(Epoch.objects.get(number=2)) == 0


def test_rows_of_one_store_are_not_counted_for_another(rolled: Epoch) -> None:
    of_the_bureau = Epoch(store="bureau", number=rolled.number)
    assert keeping.rows_under(of_the_bureau) == 0

    kept = Writer().sealed_letter("?", act="opening")
    take_in(type(kept)(**vars(kept) | {"store": "bureau", "epoch": rolled.number}))

    assert keeping.rows_under(of_the_bureau) == 1
    assert keeping.rows_under(rolled) == 5


@pytest.mark.django_db(transaction=True)  # files are cleared outside any transaction
def test_the_key_goes_with_the_last_row(rolled: Epoch, olena: Colleague, soldier: Writer) -> None:
    assert keeping.sweep() == 0
    assert has_key(rolled)

    cases.erase(soldier.case, by=olena.operator)

    assert keeping.sweep() == 1
    assert not has_key(rolled)
    assert has_key(Epoch.objects.get(number=2))
    assert keeping.sweep() == 0


@pytest.mark.parametrize("stays", [Message, Attachment, Note, Draft], ids=lambda table: table.__name__)
def test_one_row_of_any_kind_keeps_it(rolled: Epoch, stays: type) -> None:
    Attachment.objects.update(message=None)
    for kept in {Note, Draft, Attachment, Message} - {stays}:
        kept._default_manager.all().delete()

    assert keeping.rows_under(rolled) in (1, 2)
    assert keeping.sweep() == 0
    assert has_key(rolled)


def test_a_letter_that_is_kept_aside_keeps_it(rolled: Epoch, olena: Colleague, soldier: Writer) -> None:
    cases.erase(soldier.case, by=olena.operator)
    other = Writer().sealed_letter("Інша версія", act="opening")
    take_in(type(other)(**vars(other) | {"header": b"of a later version", "epoch": 1}))
    assert KeptAside.objects.get().epoch == 1

    assert keeping.sweep() == 0
    assert has_key(rolled)


@pytest.mark.parametrize("trouble", [{"trouble": "unreachable"}, {"stuck": 1}])
def test_while_something_may_wait_on_the_front_it_stays(
    rolled: Epoch, olena: Colleague, soldier: Writer, trouble: dict[str, object]
) -> None:
    cases.erase(soldier.case, by=olena.operator)
    front_is_well(**trouble)

    assert keeping.sweep() == 0
    assert has_key(rolled)


def test_the_newest_epoch_stays_also_when_nothing_lies_under_it(olena: Colleague) -> None:
    front_is_well()

    assert keeping.sweep() == 0
    assert has_key(Epoch.objects.get())


@pytest.mark.django_db(transaction=True)  # files are cleared outside any transaction
def test_a_backup_from_before_opens_it_with_two_papers_and_one_from_after_does_not(
    rolled: Epoch, olena: Colleague, soldier: Writer
) -> None:
    """Why people are told from which day no backup holds anything: until then the paper opens what was erased."""
    before = saved()
    cases.erase(soldier.case, by=olena.operator)
    keeping.sweep()
    after = saved()

    blob = recovery_wrap_in(before, rolled)
    assert blob is not None
    seed = unwrap_epoch(blob, store=STORE, epoch=1, seed=RECOVERY_KEY.seed)
    assert key_pair_of(seed).public_key == bytes(rolled.public_key)
    assert recovery_wrap_in(after, rolled) is None


def saved() -> bytes:
    """The rows as a backup holds them, sealed to the recovery key."""
    file = io.BytesIO()
    sealed = SealedWriter(file, to=RECOVERY_KEY.public_key)
    for line in lines_of_rows():
        sealed.write(line)
    sealed.end()
    return file.getvalue()


def recovery_wrap_in(backup: bytes, epoch: Epoch) -> bytes | None:
    """What somebody with two papers finds there by hand: any value of any row that opens as this epoch's wrap."""
    for line in opened_lines(io.BytesIO(backup), seed=RECOVERY_KEY.seed):
        for value in flat(json.loads(line)):
            try:
                blob = b64decode(value, validate=True)
                unwrap_epoch(blob, store=epoch.store, epoch=epoch.number, seed=RECOVERY_KEY.seed)
            except (CannotOpen, ValueError):
                continue
            return blob
    return None


def flat(value: object) -> list[str]:
    if isinstance(value, list):
        return [found for one in value for found in flat(one)]
    if isinstance(value, dict):
        return flat(list(value.values()))
    return [value] if isinstance(value, str) else []
