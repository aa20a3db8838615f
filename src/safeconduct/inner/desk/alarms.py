"""What rings for this operator, in a sentence for the band on top."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safeconduct.inner.desk import words
from safeconduct.inner.desk.shown import AlarmShown
from safeconduct.inner.desk.templatetags.desk import thousands
from safeconduct.inner.duty import alarms as duty
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.duty.rules import ALARMS
from safeconduct.inner.operators.models import Operator

WITHOUT_NAME = {
    "site_locked": gettext_lazy("Everything was locked."),
    "clocks_missing": gettext_lazy("The bureau's clocks stand still: their key is missing."),
    "index_missing": gettext_lazy("The search for those whom families ask about stands still: its key is missing."),
}


def ringing(operator: Operator) -> tuple[AlarmShown, ...]:
    return tuple(
        AlarmShown(alarm.pk, _words(alarm), alarm.rung_at, ALARMS[alarm.kind].is_silent)
        for alarm in duty.ringing(operator)
    )


def _words(alarm: Alarm) -> str:
    if alarm.kind == "second_code":
        return _("Case %(number)s: a second code was used. Look into it now.") % {"number": thousands(alarm.case or 0)}
    name = {"name": alarm.because_of.name if alarm.because_of else ""}
    if alarm.kind in WITHOUT_NAME:
        return str(WITHOUT_NAME[alarm.kind])
    if alarm.kind == "duress":
        return (
            _(
                "Somebody may be forcing %(name)s: there was a log-in with the words for duress, or one after it. "
                "Nothing opens there any more. Do not call that seat, and act as you have agreed."
            )
            % name
        )
    if alarm.glass:
        return _("%(name)s has opened case %(number)s, which is another’s. The reason given: %(reason)s.") % {
            **name,
            "number": thousands(alarm.glass.case_number),
            "reason": words.say(words.BROKEN, alarm.glass.reason),
        }
    return _("%(name)s has opened more cases within an hour than a shift needs. Ask why.") % name
