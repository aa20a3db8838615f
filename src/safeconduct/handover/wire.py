"""How do envelopes and dispatches lie in the body of a request? As records: small values, then blobs as they are.

record   size of the head ‖ head (JSON: values, names and sizes of the blobs) ‖ blobs
batch    each record with its size before it
"""

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from safeconduct.handover.errors import NotOurs
from safeconduct.handover.letters import ID_BYTES, Envelope

_SIZE = struct.Struct(">I")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def record(fields: Mapping[str, object]) -> bytes:
    """`fields`: what JSON can hold, and bytes."""
    blobs = {name: value for name, value in fields.items() if isinstance(value, bytes)}
    values = {name: value for name, value in fields.items() if name not in blobs}
    sizes = [[name, len(blob)] for name, blob in blobs.items()]
    head = json.dumps([values, sizes], ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((_SIZE.pack(len(head)), head, *blobs.values()))


def fields_of(record: bytes) -> dict[str, object]:
    """Raises `NotOurs`."""
    try:
        head, rest = _cut(memoryview(record))
        values, sizes = json.loads(bytes(head))
        fields: dict[str, object] = dict(values)
        for name, size in sizes:
            if name in fields or not 0 <= size <= len(rest):
                raise NotOurs
            fields[name], rest = bytes(rest[:size]), rest[size:]
    except (ValueError, TypeError, RecursionError):
        raise NotOurs from None
    if rest:
        raise NotOurs
    return fields


def batch(records: Iterable[bytes]) -> bytes:
    return b"".join(part for record in records for part in (_SIZE.pack(len(record)), record))


def records_of(batch: bytes) -> Iterator[bytes]:
    """Raises `NotOurs`."""
    rest = memoryview(batch)  # slices of it copy nothing: a batch may have thousands of records
    while rest:
        record, rest = _cut(rest)
        yield bytes(record)


def ids(ids: Iterable[bytes]) -> bytes:
    return b"".join(ids)


def ids_of(body: bytes) -> list[bytes]:
    """Raises `NotOurs`."""
    if len(body) % ID_BYTES:
        raise NotOurs
    return [body[start : start + ID_BYTES] for start in range(0, len(body), ID_BYTES)]


def record_of(envelope: Envelope) -> bytes:
    minutes = (envelope.arrived_at - _EPOCH) // MINUTE
    return record(vars(envelope) | {"arrived_at": minutes})


def envelope_of(written: bytes) -> Envelope:
    """Raises `NotOurs`; what the blobs hold is for their readers to judge."""
    fields = fields_of(written)
    if fields.keys() != Envelope.__annotations__.keys():
        raise NotOurs
    id, store, epoch, minutes = fields["id"], fields["store"], fields["epoch"], fields["arrived_at"]
    header, body = fields["header"], fields["body"]
    if not (isinstance(id, bytes) and len(id) == ID_BYTES and isinstance(header, bytes) and isinstance(body, bytes)):
        raise NotOurs
    if not (isinstance(store, str) and isinstance(epoch, int) and isinstance(minutes, int)):
        raise NotOurs
    if not (0 < epoch < 2**31 and 0 < minutes < 2**31 and 0 < len(store) <= 20 and store.isascii()):
        raise NotOurs
    return Envelope(id, store, epoch, _EPOCH + minutes * MINUTE, header, body)


def _cut(content: memoryview) -> tuple[memoryview, memoryview]:
    """A part with its size before it, and the rest."""
    if len(content) < _SIZE.size:
        raise NotOurs
    end = _SIZE.size + _SIZE.unpack_from(content)[0]
    if end > len(content):
        raise NotOurs
    return content[_SIZE.size : end], content[end:]
