"""What stands under a second code? A harmless exchange, so that whoever forces it open finds a thread like any other.

Every request gets one, also where the code that it was asked with is known to nobody: else the exchange would tell.
"""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safeconduct.handover.letters import ID_BYTES, Answer, Header, ThreadName, seal_answer
from safeconduct.handover.reaching.actions import send_out, withdraw
from safeconduct.inner.cases import rules
from safeconduct.inner.cases.models import Attachment, Case, Message, SecondCode, Thread
from safeconduct.inner.operators.secret_file import key_for
from safeconduct.interview.harmless import Exchange

# Hours between two messages of one side: some days, as people write. All at once would be told from real answers.
FEWEST_HOURS, MOST_HOURS = 24, 6 * 24
# The front lets go of an answer at most 37 days after it was first read; before, the same words would stand twice.
GONE_AFTER = timedelta(days=37)
# The first message is a few days older than the code: who wrote to this man did so before he learnt a code by heart.
OLDEST_DAYS = 9
AT_ONCE = 100


def make(header: Header, case: Case | None, *, at: datetime) -> SecondCode:
    """A second code for `case`, with the first message of its exchange on the way to the front."""
    second = SecondCode.objects.create(case=case, first=header.first[0], language=header.language, made_at=at)
    # Oldest first, as everywhere: the newest has the highest number.
    for name in reversed(header.threads):
        Thread.objects.create(
            case=case,
            second=second,
            lookup=name.lookup,
            public_key=name.public_key,
            verifying_key=header.signers[0],
            is_ours=False,
        )
    _say_next(second, timezone.now())
    return second


def link(second: SecondCode, case: Case) -> None:
    """The first letter under the other code has come after all, or the right one was typed at last."""
    second.case = case
    second.save(update_fields=["case"])
    second.threads.update(case=case)


def note_use(second: SecondCode, at: datetime) -> None:
    """What stood there is read now, and gone from the front after a while: then the exchange begins anew."""
    second.used_at = max(second.used_at or at, at)
    if second.due_at is None and second.exchange and second.wiped_at is None:
        second.due_at = second.used_at + GONE_AFTER + _some_hours()
    second.save(update_fields=["used_at", "due_at"])


def go_on() -> int:
    """Let each exchange say what is due; how many did."""
    due = SecondCode.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    return sum(_said_now(number) for number in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def wipe(second: SecondCode, *, at: datetime) -> None:
    """Everything was to be erased under it. There it is; the case stays, and says so."""
    _let_front_forget(second, b"wiped")
    second.wiped_at, second.due_at = max(second.wiped_at or at, at), None
    second.save(update_fields=["wiped_at", "due_at"])


def drop(second: SecondCode) -> None:
    """With all that stands under it, here and on the front, and all that was written under it."""
    _let_front_forget(second, b"dropped")
    for kept in (Attachment, Message):
        kept.objects.filter(thread__second=second).delete()
    second.threads.all().delete()
    second.delete()


def become_a_code_like_any_other(second: SecondCode, case: Case) -> None:
    """Somebody writes under it, and the code that it was asked with leads nowhere: what is written must be answered."""
    second.threads.update(case=case, second=None, is_ours=True)
    second.delete()


def drop_those_without_a_case(term: timedelta, *, now: datetime) -> int:
    """A case takes its second codes along; those without one end by the term of a case that waits."""
    quiet = SecondCode.objects.filter(case=None, made_at__lte=now - term).exclude(used_at__gt=now - term)
    return sum(_dropped(number, term, now) for number in list(quiet.values_list("pk", flat=True)[:AT_ONCE]))


def on_the_page(second: SecondCode) -> list[str]:
    """What the exchange has said so far, newest last: so much may stand under the code, or have stood there."""
    exchange = _exchange_named(second)
    if exchange is None or second.wiped_at:
        return []
    return list(exchange.messages[: second.said])


@transaction.atomic
def _said_now(number: int) -> bool:
    now = timezone.now()
    second = SecondCode.objects.select_for_update().filter(pk=number, due_at__lte=now).first()
    return second is not None and _say_next(second, now)


@transaction.atomic
def _dropped(number: int, term: timedelta, now: datetime) -> bool:
    second = SecondCode.objects.select_for_update().filter(pk=number, case=None).first()
    if second is None or max(second.made_at, second.used_at or second.made_at) > now - term:
        return False
    drop(second)
    return True


def _say_next(second: SecondCode, now: datetime) -> bool:
    """One message of the exchange, as an operator's answer leaves; False where the site has none in this language."""
    exchange = _exchange_named(second) or _chosen(second)
    if exchange is None:
        second.due_at = None
        second.save(update_fields=["due_at"])
        return False
    if exchange.name != second.exchange:
        second.exchange, second.said = exchange.name, 0
    thread, dispatch_id = second.threads.latest("pk"), _dispatch_id(second, second.said)
    written = Answer(
        exchange.messages[second.said % len(exchange.messages)], (), timezone.localdate(_dated(second, now))
    )
    to = ThreadName(bytes(thread.lookup), bytes(thread.public_key))
    blob = seal_answer(written, to=to, store=rules.STORE, dispatch_id=dispatch_id)
    send_out("answer", {"store": rules.STORE, "lookup": to.lookup, "blob": blob}, dispatch_id=dispatch_id)
    second.said += 1
    # With the last one it rests until somebody has read it.
    is_last = second.said % len(exchange.messages) == 0
    second.due_at = None if is_last else now + _some_hours()
    second.save(update_fields=["exchange", "said", "due_at"])
    return True


def _exchange_named(second: SecondCode) -> Exchange | None:
    """The one that was chosen, as long as the site's file has it."""
    return next((one for one in _exchanges(second) if one.name == second.exchange), None)


def _chosen(second: SecondCode) -> Exchange | None:
    """By chance, and the same again after a restore."""
    exchanges = _exchanges(second)
    return exchanges[_number(second, b"exchange") % len(exchanges)] if exchanges else None


def _exchanges(second: SecondCode) -> tuple[Exchange, ...]:
    found: tuple[Exchange, ...] = settings.INNER_SECOND_THREADS.get(second.language, ())
    return found


def _dated(second: SecondCode, now: datetime) -> datetime:
    if second.said:
        return now
    return second.made_at - timedelta(days=1 + _number(second, b"date") % OLDEST_DAYS)


def _some_hours() -> timedelta:
    minutes = secrets.randbelow((MOST_HOURS - FEWEST_HOURS) * 60 + 1)
    return timedelta(hours=FEWEST_HOURS, minutes=minutes)


def _let_front_forget(second: SecondCode, why: bytes) -> None:
    """In a dispatch of its own: one that named both codes would tell the front that they belong together."""
    own = second.threads.order_by("pk").values_list("lookup", flat=True)
    lookups = b"".join(map(bytes, own))
    if not lookups:
        return
    answers = Message.objects.filter(thread__second=second, direction=Message.OUT)
    withdraw([*map(bytes, answers.values_list("envelope_id", flat=True)), *_dispatches(second)])
    send_out("forget_answers", {"lookups": lookups}, dispatch_id=_drawn(second, why)[:ID_BYTES])


def _dispatches(second: SecondCode) -> Iterable[bytes]:
    return (_dispatch_id(second, place) for place in range(second.said))


def _dispatch_id(second: SecondCode, place: int) -> bytes:
    """The same after a restore, so that the front takes each message once."""
    return _drawn(second, b"message", second.exchange.encode(), str(place).encode())[:ID_BYTES]


def _number(second: SecondCode, what: bytes) -> int:
    return int.from_bytes(_drawn(second, what))


def _drawn(second: SecondCode, *what: bytes) -> bytes:
    lookup = bytes(second.threads.earliest("pk").lookup)
    return hmac.digest(key_for("second"), b"|".join((lookup, *what)), "sha256")
