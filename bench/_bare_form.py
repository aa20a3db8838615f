"""The yardstick: the plainest form that Django makes, on the same server and the same database settings.

GET shows a form, POST checks it and writes one row. No sealing, no code, no csrf, no middleware.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from safeconduct.settings.values import sqlite_at

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": sqlite_at(Path(os.environ["BARE_FORM_DATABASE"]))},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {
                                    "form.html": "<!doctype html><title>Form</title><form method=post>{{ form }}"
                                    "<button>Send</button></form>",
                                    "thanks.html": "<!doctype html><title>Thanks</title><p>Thank you {{ letter.pk }}",
                                },
                            )
                        ],
                    )
                ]
            },
        }
    ],
)
django.setup()

from django import forms  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.shortcuts import render  # noqa: E402

from safeconduct.roles.patience import by_rsgi  # noqa: E402


class BareLetter(models.Model):
    text = models.TextField()

    class Meta:
        app_label = "bench"


class BareForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    class Meta:
        model = BareLetter
        fields = ["text"]


def write(request: HttpRequest) -> HttpResponse:
    form = BareForm(request.POST or None)
    if form.is_valid():
        return _sized(render(request, "thanks.html", {"letter": form.save()}))
    return _sized(render(request, "form.html", {"form": form}))


def _sized(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("", write)]
with connection.schema_editor() as editor:
    if BareLetter._meta.db_table not in connection.introspection.table_names():
        editor.create_model(BareLetter)
application = by_rsgi(get_wsgi_application())
