"""The doors of the handover port. Only inner, by its signature, comes through; each answer is signed as well."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safeconduct.handover import wire
from safeconduct.handover.errors import NotOurs, NotSigned
from safeconduct.handover.letters import ID_BYTES, Envelope
from safeconduct.handover.serving import actions, lookups
from safeconduct.handover.serving.databases import of_each
from safeconduct.handover.signing import LINE, Line, check_body, check_clock, check_request, sign_answer
from safeconduct.sealing.signing import verifying_key_of

log = logging.getLogger(__name__)

LONGEST_WAIT = 25.0
LOOKS_EVERY = 0.1


class Reply(NamedTuple):
    status: int
    body: bytes = b""


def door(open_to: Callable[[bytes], Reply]) -> Callable[[HttpRequest], HttpResponse]:
    """Let nobody in but inner, each request once, and sign what goes out."""

    def view(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponse(status=405)
        try:
            line = check_request(
                request.headers.get(LINE, ""),
                "POST",
                request.path,
                by=settings.FRONT_INNER_KEY,
                audience=verifying_key_of(settings.FRONT_HANDOVER_SEED),
            )
        except NotSigned as refusal:
            log.warning("A request was refused: %s.", refusal.reason)
            return HttpResponse(status=401)
        return _signed(_reply(open_to, request, line), line)

    return view


def _reply(open_to: Callable[[bytes], Reply], request: HttpRequest, line: Line) -> Reply:
    now = datetime.now(UTC)
    try:
        check_clock(line, now=now)
        # Only now is it read: up to eight megabytes.
        check_body(line, request.body)
        actions.use_up(line.nonce, now=now)
        return open_to(request.body)
    except NotSigned as refusal:
        log.warning("A request was refused: %s.", refusal.reason)
        return Reply(401, refusal.reason.encode())
    except NotOurs:
        return Reply(400)
    except Error:
        return Reply(503)


def _signed(reply: Reply, line: Line) -> HttpResponse:
    response = HttpResponse(reply.body, status=reply.status, content_type="application/octet-stream")
    response[LINE] = sign_answer(
        reply.status,
        reply.body,
        nonce=line.nonce,
        seed=settings.FRONT_HANDOVER_SEED,
        audience=settings.FRONT_INNER_KEY,
        now=datetime.now(UTC),
    )
    return response


@door
def pull(body: bytes) -> Reply:
    """What waits; where nothing does, the answer waits with it. `but_not`: ids that inner cannot take just now."""
    asked = wire.fields_of(body)
    wait, held = asked.get("wait"), asked.get("but_not")
    if not isinstance(wait, int | float) or not 0 <= wait <= LONGEST_WAIT or not isinstance(held, bytes):
        raise NotOurs
    found = _wait_for_envelopes(frozenset(wire.ids_of(held)), until=time.monotonic() + wait)
    return Reply(200, wire.batch(wire.record_of(envelope) for envelope in found))


def _wait_for_envelopes(but_not: frozenset[bytes], *, until: float) -> list[Envelope]:
    while True:
        if any(of_each(lambda alias: lookups.is_waiting(alias, but_not=but_not))):
            both = of_each(lambda alias: lookups.waiting(alias, but_not=but_not))
            return [envelope for one in both for envelope in one]
        if time.monotonic() >= until:
            return []
        time.sleep(LOOKS_EVERY)


@door
def acknowledge(body: bytes) -> Reply:
    """Inner holds these ids."""
    actions.acknowledge(wire.ids_of(body), now=datetime.now(UTC))
    return Reply(200)


@door
def forget(body: bytes) -> Reply:
    """Inner holds these ids in a backup as well."""
    actions.forget(wire.ids_of(body))
    return Reply(200)


@door
def again(_body: bytes) -> Reply:
    """Inner was restored: hand over once more what it had acknowledged."""
    actions.offer_again()
    return Reply(200)


@door
def deliver(body: bytes) -> Reply:
    """Dispatches from inner; the answer names those that were taken."""
    return Reply(200, wire.ids(dispatch_id for record in wire.records_of(body) if (dispatch_id := _take(record))))


def _take(record: bytes) -> bytes | None:
    """The dispatch's id, or None where it could not be taken: one that fails must not hold up the others."""
    fields = wire.fields_of(record)
    dispatch_id, kind, payload = fields.get("id"), fields.get("kind"), fields.get("payload")
    if not (isinstance(dispatch_id, bytes) and isinstance(kind, str) and isinstance(payload, bytes)):
        raise NotOurs
    if len(dispatch_id) != ID_BYTES:
        raise NotOurs
    try:
        actions.take_dispatch(dispatch_id, kind, wire.fields_of(payload))
    except Exception as error:
        log.error("A dispatch was not taken: %s.", type(error).__name__)
        return None
    return dispatch_id


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Counts only, for whoever watches the machine."""
    lines = [
        f'safeconduct_envelopes_{name}{{database="{alias}"}} {count:.0f}'
        for alias, counts in of_each(lambda alias: (alias, lookups.counts(alias)))
        for name, count in counts.items()
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
