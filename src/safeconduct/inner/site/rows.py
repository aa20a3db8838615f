"""How does a database become lines, and lines a database? Through Django's own description of the tables.

Nothing here is of one engine, so what SQLite kept PostgreSQL can take over, byte for byte.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeAlias

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.models import AutoField, BinaryField, Field, Max, Model

# A session is worth nothing without the cookies of its browser.
LEFT_OUT = frozenset({"sessions.session"})
# How many are in memory at once. A letter or a file may have ten megabytes; other rows are small.
LARGE_ROWS, SMALL_ROWS = 1, 500
LARGE_BYTES = 1024 * 1024
AnyField: TypeAlias = "Field[Any, Any]"


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, and nobody who writes meanwhile has to wait."""
    if connection.vendor == "sqlite":
        with _without_write_lock(), transaction.atomic(durable=True):
            yield
    else:
        with transaction.atomic(durable=True):
            _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def _without_write_lock() -> Iterator[None]:
    """Our transactions take SQLite's write lock as they begin; one that only reads leaves it to the others."""
    connection.ensure_connection()
    mode = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


def lines_of_rows() -> Iterator[bytes]:
    """For each table a line that describes it, then a line for each of its rows, in the order of the keys."""
    for model in _kept_models(installed):
        rows = model._base_manager.order_by("pk")
        fields = model._meta.local_concrete_fields
        yield as_line(
            {
                "table": model._meta.label_lower,
                "columns": [field.attname for field in fields],
                "rows": rows.count(),
                "last_number": _last_number(model),
            }
        )
        for row in rows.iterator(chunk_size=_rows_at_once(fields)):
            yield as_line([_written(field, row) for field in fields])


def load_rows(lines: Iterator[bytes], apps: Apps) -> int:
    """Put the rows of `lines` into the tables of `apps`, in the caller's transaction; how many there were.

    Django's foreign keys are checked at the commit, so tables may point at each other in any order.
    """
    for model in _kept_models(apps):
        # What a migration itself wrote is among the lines as well.
        model._base_manager.all()._raw_delete(connection.alias)
    count = 0
    for described in lines:
        table = json.loads(described)
        model = apps.get_model(table["table"])
        fields = [model._meta.get_field(column) for column in table["columns"]]
        at_once = connection.ops.bulk_batch_size(fields, range(SMALL_ROWS))
        for batch in _batches(islice(lines, table["rows"]), at_most=min(at_once, SMALL_ROWS)):
            rows = [_row(model, fields, json.loads(line)) for line in batch]
            # Raw: no moment is set anew, no rule of today is applied to a row of then.
            model._base_manager._insert(rows, fields, raw=True, using=connection.alias)
        _set_last_number(model, table["last_number"])
        count += table["rows"]
    return count


def reserve_numbers(model: type[Model], up_to: int) -> None:
    """Give none of these again: they stood for rows that the loaded backup knows nothing of."""
    if up_to > (_last_number(model) or 0):
        _set_last_number(model, up_to)


def as_line(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _kept_models(apps: Apps) -> list[type[Model]]:
    """Every table of every installed model, those between many and many included."""
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if not model._meta.proxy and model._meta.label_lower not in LEFT_OUT]


def _rows_at_once(fields: Iterable[AnyField]) -> int:
    has_large = any(isinstance(field, BinaryField) and not field.max_length for field in fields)
    return LARGE_ROWS if has_large else SMALL_ROWS


def _batches(lines: Iterable[bytes], *, at_most: int) -> Iterator[list[bytes]]:
    """As many lines together as one statement takes, and fewer where they are large."""
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == at_most or sum(map(len, batch)) > LARGE_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(model: type[Model], fields: list[AnyField], values: list[Any]) -> Model:
    return model(**{field.attname: _read(field, value) for field, value in zip(fields, values, strict=True)})


def _written(field: AnyField, row: Model) -> Any:
    """What JSON can hold; `_read` gives the same value back."""
    return None if field.value_from_object(row) is None else field.value_to_string(row)


def _read(field: AnyField, value: Any) -> Any:
    return None if value is None else field.to_python(value)


def _last_number(model: type[Model]) -> int | None:
    """The highest number that the table ever gave, so that the number of an erased case is never given again."""
    key = model._meta.pk
    if not isinstance(key, AutoField):
        return None
    highest = model._base_manager.aggregate(highest=Max("pk"))["highest"] or 0
    if connection.vendor == "sqlite":
        given = _execute("SELECT seq FROM sqlite_sequence WHERE name = %s", model._meta.db_table)
    else:
        sequence = _sequence_of(model)
        given = _execute(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608 - a name of the database's own
    return max(highest, given or 0)


def _set_last_number(model: type[Model], number: int | None) -> None:
    if not number:
        return
    if connection.vendor == "sqlite":
        _execute("DELETE FROM sqlite_sequence WHERE name = %s", model._meta.db_table)
        _execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", model._meta.db_table, number)
    else:
        _execute("SELECT setval(%s, %s)", _sequence_of(model), number)


def _sequence_of(model: type[Model]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    return str(_execute("SELECT pg_get_serial_sequence(%s, %s)", table, model._meta.pk.column or ""))


def _execute(statement: str, *values: str | int) -> Any:
    """The first column of the first row, or None where the statement gives no row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
