"""All that a stolen database of inner would show."""

import json
from collections.abc import Iterator

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models


def values_in_the_database() -> Iterator[bytes]:
    """Every value of every column of every table that Django knows, as bytes."""
    for model in apps.get_models():
        for row in model._default_manager.all():
            for field in row._meta.concrete_fields:
                value = field.value_from_object(row)
                if value is None:
                    continue
                yield bytes(value) if isinstance(field, models.BinaryField) else json.dumps(value, default=str).encode()
    for session in Session.objects.all():
        yield json.dumps(session.get_decoded()).encode()
