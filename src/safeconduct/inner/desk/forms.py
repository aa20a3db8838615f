"""Is what an operator typed well formed?"""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from safeconduct.audit.verbs import VERBS
from safeconduct.inner.cases.rules import DANGER_RANK, HIGHEST_NUMBER, REASONS, WHY_BROKEN


class LogInForm(forms.Form):
    username = forms.CharField(max_length=150)
    passphrase = forms.CharField(max_length=200)
    digits = forms.CharField(max_length=20)

    def clean_digits(self) -> str:
        """Six digits of any script; applications show them in two groups."""
        typed = "".join(self.cleaned_data["digits"].split())
        try:
            digits = "".join(str(unicodedata.decimal(sign)) for sign in typed)
        except ValueError:
            digits = ""
        if len(digits) != 6:
            raise forms.ValidationError(_("Six digits, please."))
        return digits


class AnswerForm(forms.Form):
    """An answer under way. Length and emptiness are the business of `cases.rules`."""

    text = forms.CharField(required=False, strip=False)
    once = forms.RegexField(r"^[0-9a-f]{32}$")
    seen = forms.IntegerField(min_value=0, max_value=10**9)

    def clean_text(self) -> str:
        # A browser sends line ends in two signs; the person is to see what was counted.
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class NoteForm(forms.Form):
    note = forms.CharField(required=False, strip=False)

    def clean_note(self) -> str:
        return str(self.cleaned_data["note"]).replace("\r\n", "\n")


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
