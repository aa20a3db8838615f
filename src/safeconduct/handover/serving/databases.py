"""Which of the front's two databases can be asked now? The main one, and the spool that stands in for it."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar

from django.db import DataError, Error, IntegrityError, OperationalError, ProgrammingError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

T = TypeVar("T")

MAIN = "default"
SPOOL = "spool"
# A main database that failed is not asked again at once: each asking may cost everybody seconds of waiting.
MAIN_RESTS = timedelta(seconds=5)
# The server's own limits end a slow statement; these end one that a frozen server never answers.
A_PERSON_WAITS = timedelta(seconds=2)
INNER_WAITS = timedelta(seconds=8)
# These are about the statement: the database itself is well.
NOT_ITS_FAULT = (IntegrityError, DataError, ProgrammingError)


class _Rest:
    """Until when, in this process, the main database is left alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def is_over(self) -> bool:
        """True where the main database may be asked; after a failure for one thread at a time."""
        if not self._until:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return False
            self._until = now + MAIN_RESTS.total_seconds()
            return True

    def begin(self) -> None:
        self._until = time.monotonic() + MAIN_RESTS.total_seconds()

    def end(self) -> None:
        self._until = 0.0


main_rests = _Rest()


@contextmanager
def asking(alias: str, *, at_most: timedelta = INNER_WAITS) -> Iterator[None]:
    """What is inside asks the database `alias`. If it fails, its connection is dropped; the main one then rests."""
    try:
        with _cut_when_silent(connections[alias], at_most):
            yield
    except NOT_ITS_FAULT:
        raise
    except Error as error:
        # Only the kind of the error: its words may quote a row.
        log.error("The database %s failed: %s.", alias, type(error).__name__)
        connections[alias].close()
        if alias == MAIN:
            main_rests.begin()
        raise
    if alias == MAIN:
        main_rests.end()


@contextmanager
def writing(alias: str) -> Iterator[None]:
    """What is inside is committed in `alias` as a whole when this ends, or not at all; somebody waits for it."""
    with asking(alias, at_most=A_PERSON_WAITS), transaction.atomic(using=alias, durable=True):
        try:
            yield
        except Error:
            # Now, within the transaction: else Django connects anew to end it, and a dead server is waited for twice.
            connections[alias].close()
            raise


@contextmanager
def _cut_when_silent(connection: BaseDatabaseWrapper, at_most: timedelta) -> Iterator[None]:
    """SQLite waits by its own clock; a line to a server that has stopped in its tracks waits for ever."""
    if connection.vendor != "postgresql" or connection.connection is None:
        yield
        return
    watch = threading.Timer(at_most.total_seconds(), _cut, [connection.connection])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(line: Any) -> None:
    """Whoever reads from the line is told that it broke."""
    with suppress(Exception):  # it may have been closed in this very moment
        socket.socket(fileno=os.dup(line.fileno())).shutdown(socket.SHUT_RDWR)


def of_each(ask: Callable[[str], T]) -> list[T]:
    """What both databases say, or the one that can be asked. Raises Django's `Error` where neither can."""
    said = []
    for alias in (MAIN, SPOOL):
        if alias == MAIN and not main_rests.is_over():
            continue
        try:
            with asking(alias):
                said.append(ask(alias))
        except Error:
            continue
    if not said:
        raise OperationalError
    return said
