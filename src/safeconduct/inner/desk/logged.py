"""The lines of the audit in words, for the auditor. A case is a number here, and nothing leads to it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from safeconduct.audit.models import Line
from safeconduct.audit.verifying import Problem
from safeconduct.inner.desk import words
from safeconduct.inner.desk.shown import LineShown
from safeconduct.inner.desk.templatetags.desk import thousands
from safeconduct.inner.desk.words import Said
from safeconduct.inner.operators.models import Operator

VERB: Said = {
    "case.opened": gettext_lazy("case opened by a letter"),
    "case.written": gettext_lazy("the person wrote again"),
    "case.visited": gettext_lazy("the person came back with the code"),
    "case.taken": gettext_lazy("case taken"),
    "case.released": gettext_lazy("case given back to the queue"),
    "case.handed_over": gettext_lazy("case taken over from a colleague"),
    "case.read": gettext_lazy("conversation opened"),
    "case.file_read": gettext_lazy("file opened"),
    "case.answered": gettext_lazy("person answered"),
    "case.noted": gettext_lazy("note kept"),
    "case.draft_taken": gettext_lazy("colleague’s draft gone on with"),
    "case.draft_dropped": gettext_lazy("colleague’s draft dropped"),
    "case.word_given": gettext_lazy("our answer-back word was said"),
    "case.danger_judged": gettext_lazy("danger judged"),
    "case.printed": gettext_lazy("conversation printed"),
    "case.sought": gettext_lazy("case asked for by its number"),
    "glass.closed_by_mistake": gettext_lazy("another’s case opened: closed by mistake"),
    "glass.colleague_gone": gettext_lazy("another’s case opened: the colleague is gone"),
    "glass.danger": gettext_lazy("another’s case opened: danger"),
    "glass.asked_elsewhere": gettext_lazy("another’s case opened: asked about in another way"),
    "glass.checked": gettext_lazy("another’s case opened: work is checked"),
    "case.closed": gettext_lazy("case closed"),
    "case.reopened": gettext_lazy("case opened again"),
    "case.erased": gettext_lazy("case erased"),
    "case.erasure_confirmed": gettext_lazy("erasure confirmed by a second holder"),
    "case.erased_again": gettext_lazy("erased again after a restore"),
    "case.ended": gettext_lazy("case erased at the end of its term"),
    "case.second_made": gettext_lazy("second code asked for"),
    "case.second_used": gettext_lazy("second code used"),
    "case.second_shown": gettext_lazy("harmless words put under the second code"),
    "queue.read": gettext_lazy("queue looked at"),
    "duty.came_on": gettext_lazy("came on shift"),
    "duty.went_off": gettext_lazy("went off shift"),
    "alarm.bulk_reading": gettext_lazy("alarm: more cases opened than a shift needs"),
    "alarm.break_glass": gettext_lazy("alarm: another’s case opened"),
    "alarm.second_code": gettext_lazy("alarm: a second code was used"),
    "alarm.duress": gettext_lazy("alarm: log-in with the words for duress"),
    "alarm.taken": gettext_lazy("alarm taken"),
    "operator.created": gettext_lazy("operator entered"),
    "operator.admitted": gettext_lazy("operator admitted by two holders"),
    "operator.removed": gettext_lazy("operator suspended or gone"),
    "operator.seen": gettext_lazy("newcomer seen"),
    "operator.logged_in": gettext_lazy("logged in"),
    "operator.logged_out": gettext_lazy("logged out"),
    "operator.refused": gettext_lazy("log-in refused"),
    "operator.recovery_codes_made": gettext_lazy("new recovery codes made"),
    "operator.recovery_code_used": gettext_lazy("recovery code used"),
    "operator.passkey_added": gettext_lazy("passkey added"),
    "operator.passkey_removed": gettext_lazy("passkey removed"),
    "epoch.made": gettext_lazy("new key of a store made"),
    "epoch.wrapped": gettext_lazy("key of a store given to a holder"),
    "store.recovered": gettext_lazy("store opened with recovery shares"),
    "recovery.rehearsed": gettext_lazy("recovery shares tried"),
    "pepper.made": gettext_lazy("new pepper made"),
    "pepper.removed": gettext_lazy("oldest pepper removed"),
    "epoch.destroyed": gettext_lazy("key of a store destroyed"),
    "envelope.refused": gettext_lazy("envelope refused"),
    "statement.confirmed": gettext_lazy("statement confirmed"),
    "site.made": gettext_lazy("site made"),
    "site.backed_up": gettext_lazy("backup written"),
    "site.restored": gettext_lazy("site brought back from a backup"),
    "alarm.site_locked": gettext_lazy("alarm: everything was locked"),
    "alarm.clocks_missing": gettext_lazy("alarm: the key of the bureau’s clocks is missing"),
    "alarm.index_missing": gettext_lazy("alarm: the key of the search is missing"),
    "resident.made": gettext_lazy("new resident key made"),
    "resident.unlocked": gettext_lazy("resident key handed to the worker"),
    "resident.destroyed": gettext_lazy("resident key destroyed"),
    "site.lock_asked": gettext_lazy("lock of everything asked for"),
    "site.lock_confirmed": gettext_lazy("lock of everything confirmed"),
    "site.resumed": gettext_lazy("lock of everything ended by two holders"),
    "audit.read": gettext_lazy("audit read"),
}
KIND: Said = {
    "case": pgettext_lazy("in the audit", "case"),
    "message": pgettext_lazy("in the audit", "message"),
    "file": pgettext_lazy("in the audit", "file"),
    "note": pgettext_lazy("in the audit", "note"),
    "operator": pgettext_lazy("in the audit", "operator"),
    "epoch": pgettext_lazy("in the audit", "key"),
    "shift": pgettext_lazy("in the audit", "shift"),
    "envelope": pgettext_lazy("in the audit", "envelope"),
    "statement": pgettext_lazy("in the audit", "statement"),
    "site": pgettext_lazy("in the audit", "site"),
    "alarm": pgettext_lazy("in the audit", "alarm"),
    "resident": pgettext_lazy("in the audit", "resident key"),
}
# As `audit.verifying.Problem` begins; a day may follow.
PROBLEM: Said = {
    "changed": gettext_lazy("the line was changed"),
    "missing": gettext_lazy("lines are missing from here"),
    "beyond the head": gettext_lazy("lines stand beyond the head"),
    "no head": gettext_lazy("the chain has no head"),
    "not as signed on ": gettext_lazy("not as it was signed on"),
    "signature of ": gettext_lazy("the signature is not ours, of"),
    "a signed head is missing before ": gettext_lazy("a signed head is missing before"),
}


def lines_shown(lines: Iterable[Line], names: dict[int, str]) -> tuple[LineShown, ...]:
    """`names`: pseudonyms by number of the operator."""
    return tuple(
        LineShown(
            number=line.seq,
            at=line.moment,
            who=_("the program") if line.actor is None else names.get(line.actor, thousands(line.actor)),
            what=words.say(VERB, line.verb),
            about=_about(line, names),
        )
        for line in lines
    )


def _about(line: Line, names: dict[int, str]) -> str:
    if not line.about_kind:
        return ""
    kind = words.say(KIND, line.about_kind)
    if line.about_id is None:
        return kind
    if line.about_kind == "operator":
        return names.get(line.about_id, thousands(line.about_id))
    return f"{kind} {thousands(line.about_id)}"


def problem_words(problem: Problem) -> str:
    """In which chain, at which line, what is wrong."""
    what = problem.what.removesuffix(" is not ours")
    begins = next((known for known in PROBLEM if what.startswith(known)), "")
    said = f"{words.say(PROBLEM, begins)} {what.removeprefix(begins)}".strip() if begins else what
    return _("%(chain)s, line %(line)s: %(what)s") % {
        "chain": words.say(words.STORE, problem.store),
        "line": thousands(problem.seq),
        "what": said,
    }


def names() -> dict[int, str]:
    return dict(Operator.objects.order_by("name").values_list("pk", "name"))
