"""When was something done last? Read from the chain, which is kept longest."""

from datetime import datetime

from safeconduct.audit.models import Line


def last_time(store: str, verb: str) -> datetime | None:
    line = Line.objects.filter(store=store, verb=verb).order_by("-seq").first()
    return line.moment if line else None
