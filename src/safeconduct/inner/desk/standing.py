"""How does it stand with the front? What keeps letters from coming in or answers from leaving, for the band on top."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safeconduct.handover.reaching.lookups import dispatches_waiting, front_status, sentence_about
from safeconduct.handover.reaching.models import FrontStatus
from safeconduct.inner.desk import clocks
from safeconduct.inner.desk.shown import Hindrance
from safeconduct.inner.desk.templatetags.desk import thousands
from safeconduct.inner.intake.lookups import kept_aside
from safeconduct.inner.operators import resident, resident_keys
from safeconduct.inner.operators.lookups import Newcomer, admitted_since, rolls_due
from safeconduct.inner.operators.models import Operator

# The worker's longest wait is 25 seconds, and each answer of the front is written down.
SILENT_AFTER = timedelta(seconds=60)
# Then nothing of the front's is written down, however well the worker is.
_WITHOUT_CONTACT = (FrontStatus.Trouble.UNREACHABLE, FrontStatus.Trouble.NOT_SIGNED)


def hindrances(now: datetime, operator: Operator) -> tuple[Hindrance, ...]:
    """None where all is well. At most six questions to the database, since every open page asks each second."""
    found = []
    if trouble := _trouble(now):
        waiting = 0 if operator.is_under_duress else dispatches_waiting()
        left = _("Waiting here to leave: %(count)s.") % {"count": thousands(waiting)} if waiting else ""
        found.append(Hindrance("apart", f"{trouble} {left}".strip()))
    if operator.is_under_duress:
        # That the line is dead he may see for himself; how much there is to do would not fit an empty shift.
        return tuple(found)
    if aside := kept_aside():
        found.append(Hindrance("letter", _aside(aside)))
    if any(operator.may_hold(store) for store in rolls_due(now)):
        found.append(Hindrance("clock", _roll()))
    found += [Hindrance("clock", _missing(one, now)) for one in _missing_keys(now, operator)]
    found += [Hindrance("eye", _newcomer(one), seen=one.admission) for one in admitted_since(operator)]
    return tuple(found)


def _missing_keys(now: datetime, operator: Operator) -> list[resident_keys.Standing]:
    """For supervisors of a store that has a resident key; others ask nothing."""
    if not any(role.endswith("-supervisor") for role in operator.roles):
        return []
    own = [one for one in resident.residents() if operator.may_hold(one.store)]
    return [one for one in resident_keys.standing(now, of=own) if one.missing_since] if own else []


def _missing(one: resident_keys.Standing, now: datetime) -> str:
    return _(
        "The key “%(name)s” is missing since %(since)s: %(waits)s. Somebody who holds it types six words at the "
        "terminal: safeconduct keys unlock %(name)s."
    ) % {
        "name": one.resident.name,
        "since": clocks.moment(one.missing_since or now, now),
        "waits": one.resident.waits,
    }


def _roll() -> str:
    return _(
        "The key of this store is more than a month old. Two holders open the next one: safeconduct keys rotate. "
        "No letter is held up by it."
    )


def _newcomer(one: Newcomer) -> str:
    if one.is_signed:
        return _("%(name)s was admitted and can open what is kept here.") % {"name": one.operator.name}
    return _(
        "A row in the database says that %(name)s was admitted, and two holders have not signed it. It opens nothing. "
        "Somebody has written into the database: tell whoever is responsible now."
    ) % {"name": one.operator.name}


def _trouble(now: datetime) -> str:
    status = front_status()
    if status.trouble not in _WITHOUT_CONTACT and (status.contact_at is None or now - status.contact_at > SILENT_AFTER):
        return _silence(status.contact_at, now)
    sentence = sentence_about(status)
    if not status.trouble_since:
        return sentence
    since = _("Since %(moment)s.") % {"moment": clocks.moment(status.trouble_since, now)}
    return f"{sentence} {since}"


def _silence(heard_at: datetime | None, now: datetime) -> str:
    if heard_at is None:
        return _(
            "No letter is fetched and no answer leaves: the worker has not reported yet. "
            "Start it; letters wait safely on the front."
        )
    return _(
        "No letter is fetched and no answer leaves: the worker has not reported since %(moment)s. "
        "Start it again; letters wait safely on the front."
    ) % {"moment": clocks.moment(heard_at, now)}


def _aside(count: int) -> str:
    return ngettext(
        "%(count)s letter is kept aside, closed: nothing here could open or take it. "
        "It is not lost and is tried again each hour; tell whoever looks after the machines.",
        "%(count)s letters are kept aside, closed: nothing here could open or take them. "
        "They are not lost and are tried again each hour; tell whoever looks after the machines.",
        count,
    ) % {"count": thousands(count)}
