"""How are the closed words of a header and of a rule said in the operator's language?"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Said = dict[str, str | Promise]

ABOUT: Said = {
    "oneself": _("about oneself"),
    "group": _("a group"),
    "relative": _("a relative"),
    "question": _("a question"),
    "unsaid": pgettext_lazy("about whom", "about whom: not said"),
}
DANGER: Said = {"none": "", "soon": _("danger soon"), "now": _("danger now")}
JUDGED: Said = {
    "none": pgettext_lazy("danger", "none known"),
    "soon": pgettext_lazy("danger", "soon"),
    "now": pgettext_lazy("danger", "now"),
}
CHANNEL: Said = {"web": _("web page")}
LANGUAGE_IN: Said = {
    "ru": _("in Russian"),
    "uk": _("in Ukrainian"),
    "en": _("in English"),
    "other": _("in another language"),
}
LANGUAGE_SHORT: Said = {
    "ru": pgettext_lazy("language, short", "Rus"),
    "uk": pgettext_lazy("language, short", "Ukr"),
    "en": pgettext_lazy("language, short", "Eng"),
    "other": pgettext_lazy("language, short", "other"),
}
WINDOW: Said = {
    "never": _("read on the next visit with the code"),
    "any": _("at any time"),
    "morning": _("in the morning, 6 to 12"),
    "day": _("in the afternoon, 12 to 18"),
    "evening": _("in the evening, 18 to 24"),
    "night": _("at night, 0 to 6"),
}
GROUP: Said = {
    "danger": _("Danger now"),
    "us": _("Waiting for us"),
    "person": _("Waiting for the person"),
    "asleep": _("Asleep"),
}
TOPIC: Said = {
    "trust": _("Is this real"),
    "privacy": _("What is kept"),
    "phone": _("The telephone"),
    "steps": _("How it works"),
    "way": _("On the way"),
    "rights": _("Rights"),
    "afterwards": _("Afterwards"),
    "status": _("Who the person is"),
    "family": _("Family"),
    "search": _("Search"),
    "care": _("Care and trouble"),
    "operator": _("For hard moments"),
}
REASON: Said = {
    "answered": _("Answered"),
    "silent": _("Silent"),
    "duplicate": _("Duplicate"),
    "not_for_us": _("Not for us"),
    "prank_or_probe": _("Prank or probe"),
}
REASON_MORE: Said = {
    "answered": _("What was asked is answered, and nothing more is promised."),
    "silent": _("The person has not come back for a long time."),
    "duplicate": _("The same person goes on in another case."),
    "not_for_us": _("It is about something that we cannot help with."),
    "prank_or_probe": _("A joke, or somebody who tries us out. If there is any doubt, choose another reason."),
}

BROKEN: Said = {
    "closed_by_mistake": _("It was closed by mistake"),
    "colleague_gone": _("The colleague who has it is gone"),
    "danger": _("Danger, and nobody else can act now"),
    "asked_elsewhere": _("The person asks about it in another way"),
    "checked": _("The work on it is checked"),
}

ROLE: Said = {
    "operator": _("operator"),
    "senior": _("senior"),
    "supervisor": _("supervisor"),
    "bureau": _("bureau"),
    "bureau-supervisor": _("supervisor of the bureau"),
    "tracing": _("tracing"),
    "tracing-supervisor": _("supervisor of tracing"),
    "records": _("records"),
    "records-supervisor": _("supervisor of records"),
    "reviewer": _("reviewer"),
    "reviewer-supervisor": _("supervisor of the reviewers"),
    "auditor": _("auditor"),
    "administrator": _("administrator"),
}
STORE: Said = {
    "appeals": _("appeals"),
    "bureau": _("bureau"),
    "tracing": _("tracing"),
    "records": _("records"),
    "complaints": _("complaints"),
    "site": _("site"),
}


def say(words: Said, name: str) -> str:
    """A name that this release does not know is shown as it is: a newer front may send one."""
    return str(words.get(name, name))
