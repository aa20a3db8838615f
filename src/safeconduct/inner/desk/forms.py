"""Is what an operator typed well formed?"""

import base64
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from safeconduct.audit.verbs import VERBS
from safeconduct.inner.cases.models import Draft
from safeconduct.inner.cases.rules import DANGER_RANK, HIGHEST_NUMBER, REASONS, WHY_BROKEN
from safeconduct.inner.operators.factors import RECOVERY_DIGITS
from safeconduct.inner.operators.passkeys import NAME_AT_MOST, Answer


class FactorForm(forms.Form):
    """A second factor: digits, or what a passkey signed. Which of them is right is not the form's business."""

    digits = forms.CharField(max_length=20, required=False)
    slip = forms.CharField(max_length=2000, required=False)
    signed = forms.CharField(max_length=20_000, required=False)

    def clean_digits(self) -> str:
        """Six or eight digits of any script; they are shown in two groups."""
        typed = "".join(self.cleaned_data["digits"].split())
        try:
            digits = "".join(str(unicodedata.decimal(sign)) for sign in typed)
        except ValueError:
            digits = "?"
        if len(digits) not in (0, 6, RECOVERY_DIGITS):
            raise forms.ValidationError(_("Six digits, please."))
        return digits

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("slip") and not given.get("digits"):
            self.add_error("digits", _("Six digits, please."))
        return given

    def answer(self) -> Answer | None:
        """What the passkey said, where one was asked."""
        given = self.cleaned_data
        return Answer(given["slip"], given["signed"], _bytes_of(given.get("prf", ""))) if given["slip"] else None


class LogInForm(FactorForm):
    username = forms.CharField(max_length=150)
    passphrase = forms.CharField(max_length=200, required=False)
    prf = forms.CharField(max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("slip") and not given.get("passphrase"):
            self.add_error("passphrase", _("The six words, please."))
        return given


class PasskeyForm(forms.Form):
    """A new passkey, as the browser made it, and what its owner calls it."""

    called = forms.CharField(max_length=NAME_AT_MOST)
    slip = forms.CharField(max_length=2000)
    signed = forms.CharField(max_length=20_000)
    prf = forms.CharField(max_length=100, required=False)

    def answer(self) -> Answer:
        given = self.cleaned_data
        return Answer(given["slip"], given["signed"], _bytes_of(given["prf"]))


def _bytes_of(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


class AnswerForm(forms.Form):
    """An answer under way. Length and emptiness are the business of `cases.rules`."""

    text = forms.CharField(required=False, strip=False)
    once = forms.RegexField(r"^[0-9a-f]{32}$")
    seen = forms.IntegerField(min_value=0, max_value=10**9)

    def clean_text(self) -> str:
        # A browser sends line ends in two signs; the person is to see what was counted.
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class DraftForm(forms.Form):
    """What is saved while it is typed. Which statements may be sent is asked when it is sent."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in (Draft.ANSWER, Draft.NOTE)])
    text = forms.CharField(required=False, strip=False)
    once = forms.RegexField(r"^[0-9a-f]{32}$", required=False)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class ColleaguesDraftForm(forms.Form):
    draft = forms.RegexField(r"^[0-9a-f]{32}$")
    act = forms.ChoiceField(choices=[("take", "take"), ("drop", "drop")])


class NoteForm(forms.Form):
    note = forms.CharField(required=False, strip=False)

    def clean_note(self) -> str:
        return str(self.cleaned_data["note"]).replace("\r\n", "\n")


class HarmlessForm(forms.Form):
    """What is to stand under the second code."""

    text = forms.CharField(required=False, strip=False)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class CloseForm(forms.Form):
    reason = forms.ChoiceField(choices=[(reason, reason) for reason in REASONS])
    seen = forms.IntegerField(min_value=0, max_value=10**9)


class GlassForm(forms.Form):
    reason = forms.ChoiceField(choices=[(reason, reason) for reason in WHY_BROKEN])


class DangerForm(forms.Form):
    danger = forms.ChoiceField(choices=[(danger, danger) for danger in DANGER_RANK])


class SeenForm(forms.Form):
    """The last admission that was on the screen."""

    up_to = forms.IntegerField(min_value=1, max_value=2**62)


class PreferencesForm(forms.Form):
    """One at a time is sent; the others stay as they are."""

    language = forms.ChoiceField(choices=[(code, code) for code in ("uk", "ru", "en")], required=False)
    theme = forms.ChoiceField(choices=[("", ""), ("light", "light"), ("dark", "dark")], required=False)
    letter_keys = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], required=False)

    def chosen(self) -> dict[str, Any]:
        """Only what was sent: an empty theme means *as the system*, a missing one means *as it was*."""
        chosen: dict[str, Any] = {name: self.cleaned_data[name] for name in ("language", "theme") if name in self.data}
        if "letter_keys" in self.data:
            chosen["letter_keys"] = self.cleaned_data["letter_keys"] == "on"
        return chosen


class FindForm(forms.Form):
    number = forms.CharField(max_length=20)

    def clean_number(self) -> int:
        """4812, "4 812", "№ 4812": digits of any script, whatever stands between them."""
        digits = [str(unicodedata.decimal(sign)) for sign in self.cleaned_data["number"] if sign.isdecimal()]
        if not digits:
            raise forms.ValidationError(_("A number, please."))
        return int("".join(digits))


class LogForm(forms.Form):
    """Which lines of the audit; what is left empty leaves out nothing."""

    chain = forms.RegexField(r"^[a-z]{1,20}$", required=False)
    by = forms.IntegerField(min_value=1, max_value=HIGHEST_NUMBER, required=False)
    verb = forms.ChoiceField(choices=[("", ""), *((verb, verb) for verb in VERBS)], required=False)
    on = forms.DateField(input_formats=["%Y-%m-%d"], required=False)
    before = forms.IntegerField(min_value=1, max_value=HIGHEST_NUMBER, required=False)
