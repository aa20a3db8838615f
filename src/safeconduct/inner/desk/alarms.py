"""What rings for this operator, in a sentence for the band on top."""

from django.utils.translation import gettext as _

from safeconduct.inner.desk import words
from safeconduct.inner.desk.shown import AlarmShown
from safeconduct.inner.desk.templatetags.desk import thousands
from safeconduct.inner.duty import alarms as duty
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.operators.models import Operator


def ringing(operator: Operator) -> tuple[AlarmShown, ...]:
    return tuple(AlarmShown(alarm.pk, _words(alarm), alarm.rung_at) for alarm in duty.ringing(operator))


def _words(alarm: Alarm) -> str:
    name = alarm.because_of.name if alarm.because_of else ""
    if alarm.glass:
        return _("%(name)s has opened case %(number)s, which is another’s. The reason given: %(reason)s.") % {
            "name": name,
            "number": thousands(alarm.glass.case_number),
            "reason": words.say(words.BROKEN, alarm.glass.reason),
        }
    return _("%(name)s has opened more cases within an hour than a shift needs. Ask why.") % {"name": name}
