"""What does somebody get who holds stolen things and our source code? He tries each key that he finds on all that is
closed, and goes on with what that gave him, until nothing more opens.

He knows every form and every derivation; what he lacks are keys. A thief who opens nothing proves something only
beside one who has the right key and opens everything: the stories have both.
"""

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from itertools import combinations, product
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safeconduct.handover.letters import Envelope, open_answer, open_file, open_header, open_letter
from safeconduct.inner.site.sealed_file import NotWhole, opened_lines
from safeconduct.sealing.envelopes import Binding, CannotOpen, open_sealed, unlock, unpadded
from safeconduct.sealing.stores import PassphraseCost, SharesDoNotFit, halves_of, join_recovery, unlock_keys
from safeconduct.sealing.threads import CodeCost, root_of, threads_of
from tests.stories.site import CHEAP, Site
from tests.stories.stored import connection_to, files_in, tables_of

CODE_COST = CodeCost(memory_kib=int(CHEAP["FRONT_CODE_MEMORY_KIB"]))
PASSPHRASE_COST = PassphraseCost(memory_kib=int(CHEAP["INNER_PASSPHRASE_MEMORY_KIB"]))
BACKUP = b"safeconduct backup "
KEY_BYTES, SALT_BYTES = 32, 16
# In a file of secrets a key may stand anywhere.
STEP, MOST_IN_SECRET = 8, 256
# Closed under one key that both sides hold; everything else is sealed to a pair of keys.
LOCKED = frozenset({"operator's keys", "second factor", "recovery codes", "passkey", "session", "erasure", "form"})
# Hashes of lines and of texts are no keys, and there are hundreds.
NO_KEYS = re.compile(r"audit_line|.*confirmations\.jsonl|.*/pages/.*")
Row = dict[str, Any]


@dataclass
class Loot:
    """Tables by name, files by name, and what people know or hold: `passphrases`, `codes`, `papers` (recovery shares),
    `cookies` (their values), `pages` (hidden fields of a form under way)."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    passphrases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    def __add__(self, other: "Loot") -> "Loot":
        return Loot(*(_joined(getattr(self, name), getattr(other, name)) for name in vars(self)))

    def places(self) -> Iterator[tuple[str, bytes]]:
        """All that was taken, to be searched for words."""
        yield from self.files.items()
        for table, rows in self.tables.items():
            yield from ((f"table {table}", _bytes(value)) for row in rows for value in row.values())


def dump(site: Site, wing: str) -> Loot:
    """Every row of one wing's database."""
    with closing(connection_to(site, wing)) as connection:
        return Loot({table: _rows(connection, table) for table in tables_of(connection)})


def disk(site: Site, wing: str) -> Loot:
    """All that lies on the disk of one wing, powered off: database, files, logs. What is in memory only, is gone."""
    roles = ("front", "handover") if wing == "front" else ("inner", "worker")
    logs = {f"{role}.log": site.log_of(role).encode() for role in roles}
    return dump(site, wing) + Loot(files=dict(files_in(site.data / wing)) | logs)


class Thief:
    """`opened`: what he has opened so far, by kind; each blob once."""

    def __init__(self, loot: Loot) -> None:
        self.loot = loot
        self.opened: dict[str, dict[bytes, bytes]] = {}
        self.keys: set[bytes] = set()
        # What follows from a key closes by itself and is no pair of keys.
        self._locks: set[bytes] = set()
        self._tried: set[tuple[str, bytes, bytes]] = set()
        self._find_keys()
        while self._goes_on():
            pass

    def gets(self) -> dict[str, int]:
        """How many of each kind opened."""
        return {kind: len(found) for kind, found in sorted(self.opened.items())}

    def reads(self, words: str) -> bool:
        """Do these words stand in anything that he opened?"""
        return any(words.encode() in plain for found in self.opened.values() for plain in found.values())

    # --- keys

    def _find_keys(self) -> None:
        for content in (*map(_bytes, _values(self.loot)), *map(str.encode, self.loot.cookies)):
            self.keys.update(keys_in(content))
        for name, content in self.loot.files.items():
            if not NO_KEYS.fullmatch(name):
                self.keys.update(keys_in(content, is_secret="secrets/" in name))
        for pair in combinations(self.loot.papers, 2):
            self._learn_from_papers(pair)
        self._learn_from_codes()
        self._locks |= {key for secret in self.keys for key in self._from_secret_file(secret)}

    def _learn_from_papers(self, papers: Sequence[str]) -> None:
        try:
            self.keys.add(join_recovery(papers))
        except SharesDoNotFit:
            return

    def _learn_from_codes(self) -> None:
        """Each salt with each pepper; he sees that a code is right when its thread is among those that he has."""
        salts = {salt for content in self.loot.files.values() for salt in _salts_in(content)}
        for code, salt in product(self.loot.codes, salts):
            self._learn_from_root(root_of(code, salt=salt, cost=CODE_COST))

    def _learn_from_root(self, root: bytes) -> None:
        known = {_bytes(row["lookup"]) for name in ("cases_thread", "web_answer") for row in self._rows(name)}
        self.keys |= {thread.seed for thread in threads_of(root, sorted(self.keys)) if thread.lookup in known}

    def _from_secret_file(self, secret: bytes) -> Iterator[bytes]:
        """What this key would close if it were the secret file, alone and with the passphrases that he knows."""
        for purpose in (b"totp", b"passkeys", b"erasures"):
            yield HKDF(SHA256(), KEY_BYTES, salt=None, info=b"safeconduct/secret-file/1/" + purpose).derive(secret)
        for passphrase in self.loot.passphrases:
            for row in self.loot.tables.get("operators_operator", []):
                yield halves_of(passphrase, salt=_bytes(row["salt"]), secret=secret, cost=PASSPHRASE_COST).key

    # --- what is closed

    def _goes_on(self) -> bool:
        """Tries all once more; whether something new opened."""
        news = False
        for kind, blob, opening in list(self._closed()):
            if blob in self.opened.get(kind, {}):
                continue
            plain = self._tried_with_each(kind, blob, opening)
            if plain is not None:
                self.opened.setdefault(kind, {})[blob] = plain
                self._learn_from(kind, plain)
                news = True
        return news

    def _tried_with_each(self, kind: str, blob: bytes, opening: Callable[[bytes], bytes]) -> bytes | None:
        for key in self.keys | (self._locks if kind in LOCKED else set()):
            if (kind, blob, key) in self._tried:
                continue
            self._tried.add((kind, blob, key))
            try:
                return opening(key)
            except (CannotOpen, ValueError, NotWhole):
                continue
        return None

    def _learn_from(self, kind: str, plain: bytes) -> None:
        if kind in ("epoch", "operator's keys", "session"):
            self.keys |= {plain[:KEY_BYTES], plain[KEY_BYTES:] or plain}
        if kind == "form":
            self._learn_from_root(bytes.fromhex(json.loads(plain)["root"]))
        if kind == "backup":
            self.loot += _unpacked(plain)
            self._find_keys()

    def _closed(self) -> Iterator[tuple[str, bytes, Callable[[bytes], bytes]]]:
        """Kind, blob, and how it is opened with a key."""
        yield from self._letters()
        yield from self._keys_and_sessions()
        yield from self._on_the_front()
        for content in self.loot.files.values():
            if content.startswith(BACKUP):
                yield "backup", content, partial(_backup, content)
        for name, content in self.loot.files.items():
            if name.endswith(".journal"):
                for line in map(base64.b64decode, content.split()):
                    yield "erasure", line, _unlocking(line, b"safeconduct/erasures/1")
        for value in self.loot.pages:
            blob = base64.urlsafe_b64decode(value)
            yield "form", blob, partial(_form, blob)

    def _letters(self) -> Iterator[tuple[str, bytes, Callable[[bytes], bytes]]]:
        lookups = {row["id"]: _bytes(row["lookup"]) for row in self._rows("cases_thread")}
        for row in self._rows("cases_message"):
            place = (lookups[row["thread_id"]], _bytes(row["envelope_id"]))
            if row["direction"] == "in":
                yield "letter", _bytes(row["sealed"]), _letter_at(_bytes(row["sealed"]), *place)
            else:
                yield "answer", _bytes(row["sealed"]), _sealed_at(row["sealed"], "answer-copy", *place)
        for row in self._rows("cases_attachment"):
            place = (lookups[row["thread_id"]], _bytes(row["envelope_id"]))
            yield "file", _bytes(row["sealed"]), _file_at(_bytes(row["sealed"]), *place)
        for row in self._rows("cases_note"):
            yield "note", _bytes(row["sealed"]), _sealed_at(row["sealed"], "note", b"", _bytes(row["note_id"]))
        for row in self._rows("cases_draft"):
            yield "draft", _bytes(row["sealed"]), _sealed_at(row["sealed"], "draft", b"", _bytes(row["draft_id"]))

    def _keys_and_sessions(self) -> Iterator[tuple[str, bytes, Callable[[bytes], bytes]]]:
        epochs = {row["id"]: row for row in self._rows("operators_epoch")}
        for row in self._rows("operators_epochwrap"):
            number = int(epochs[row["epoch_id"]]["number"]).to_bytes(4, "big")
            yield "epoch", _bytes(row["blob"]), _sealed_at(row["blob"], "epoch", b"", number)
        for row in self._rows("operators_operator"):
            yield "operator's keys", _bytes(row["locked_keys"]), partial(_operators_keys, _bytes(row["locked_keys"]))
        for row in self._rows("mfa_authenticator"):
            data = row["data"] if isinstance(row["data"], dict) else json.loads(row["data"])
            yield from _factor(data, int(row["user_id"]))
        for row in self._rows("django_session"):
            yield from _session(str(row["session_data"]), self._rows("operators_operator"))

    def _on_the_front(self) -> Iterator[tuple[str, bytes, Callable[[bytes], bytes]]]:
        for row in self._rows("serving_keptenvelope"):
            parts = (row["store"], row["epoch"], row["arrived_at"], _bytes(row["header"]), _bytes(row["body"]))
            envelope = Envelope(_bytes(row["envelope_id"]), *parts)
            yield "header", envelope.header, partial(_header, envelope)
            # The place of the words is bound to the thread, which stands in the header.
            for thread in self._threads_of(envelope.header):
                if envelope.body:
                    yield "letter at the front", envelope.body, _letter_at(envelope.body, thread, envelope.id)
                    yield "file at the front", envelope.body, _file_at(envelope.body, thread, envelope.id)
        for row in self._rows("web_answer"):
            blob, *place = (_bytes(row[name]) for name in ("blob", "lookup", "dispatch_id"))
            yield "answer that waits", blob, partial(_answer, blob, *place)

    def _threads_of(self, header: bytes) -> list[bytes]:
        plain = self.opened.get("header", {}).get(header)
        return [base64.b64decode(json.loads(plain)["threads"][0][0])] if plain else []

    def _rows(self, table: str) -> list[Row]:
        return self.loot.tables.get(table, [])


def keys_in(content: bytes, *, is_secret: bool = False) -> Iterator[bytes]:
    """Whatever of it may be a key of 32 bytes: as it stands, as hexadecimal digits, as base64."""
    for reading in _readings(content):
        if len(reading) in (KEY_BYTES, 2 * KEY_BYTES):
            yield reading[:KEY_BYTES]
            yield reading[-KEY_BYTES:]
        elif is_secret and len(reading) <= MOST_IN_SECRET:
            yield from (reading[at : at + KEY_BYTES] for at in range(0, len(reading) - KEY_BYTES + 1, STEP))


def _readings(content: bytes) -> Iterator[bytes]:
    yield content
    for found in re.findall(rb"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-f])", content):
        yield bytes.fromhex(found.decode())
    for found in re.findall(rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43,171}={0,2}(?![A-Za-z0-9+/_=-])", content):
        text = found.rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_")
        if len(text) % 4 != 1:
            yield base64.urlsafe_b64decode(text + b"==")


def _salts_in(content: bytes) -> Iterator[bytes]:
    if len(content) == SALT_BYTES:
        yield content
    for found in re.findall(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", content):
        yield bytes.fromhex(found.decode())


def _backup(content: bytes, key: bytes) -> bytes:
    return b"\n".join(opened_lines(BytesIO(content), seed=key))


def _form(blob: bytes, key: bytes) -> bytes:
    return unpadded(unlock(blob, key=key, context=b"safeconduct/form/1"))


def _operators_keys(blob: bytes, key: bytes) -> bytes:
    return unlock_keys(blob, key=key).to_bytes()


def _header(envelope: Envelope, key: bytes) -> bytes:
    return open_header(envelope, intake_seed=key).to_bytes()


def _answer(blob: bytes, lookup: bytes, dispatch_id: bytes, key: bytes) -> bytes:
    return open_answer(blob, seed=key, store="appeals", lookup=lookup, dispatch_id=dispatch_id).to_bytes()


def _letter_at(body: bytes, lookup: bytes, id: bytes) -> Callable[[bytes], bytes]:
    return lambda key: open_letter(body, epoch_seed=key, store="appeals", lookup=lookup, envelope_id=id).to_bytes()


def _file_at(body: bytes, lookup: bytes, id: bytes) -> Callable[[bytes], bytes]:
    return lambda key: open_file(body, epoch_seed=key, store="appeals", lookup=lookup, envelope_id=id).to_bytes()


def _sealed_at(blob: Any, purpose: str, thread: bytes, id: bytes) -> Callable[[bytes], bytes]:
    binding = Binding(purpose, "appeals", thread, id)
    return lambda key: open_sealed(_bytes(blob), seed=key, binding=binding)


def _unlocking(blob: bytes, context: bytes) -> Callable[[bytes], bytes]:
    return lambda key: unlock(blob, key=key, context=context)


def _factor(data: dict[str, Any], whose: int) -> Iterator[tuple[str, bytes, Callable[[bytes], bytes]]]:
    contexts = {
        "secret": ("second factor", b"safeconduct/totp/1"),
        "seed": ("recovery codes", b"safeconduct/totp/1"),
        "sealed": ("passkey", b"safeconduct/passkey/1/" + str(whose).encode()),
    }
    for name in data.keys() & contexts.keys():
        kind, context = contexts[name]
        blob = base64.b64decode(data[name])
        yield kind, blob, _unlocking(blob, context)


def _session(data: str, operators: list[Row]) -> Iterator[tuple[str, bytes, Callable[[bytes], bytes]]]:
    """A session's row is signed and not sealed: anybody reads what stands in it. The keys in it are closed."""
    packed, _colon, _signature = data.partition(":")
    content = _session_content(packed)
    locked = base64.b64decode(content.get("operator_keys", ""))
    if locked:
        yield "session", locked, partial(_of_anybody, locked, [str(row["id"]) for row in operators])


def _of_anybody(locked: bytes, numbers: list[str], key: bytes) -> bytes:
    for number in numbers:
        with suppress(CannotOpen):
            return unlock(locked, key=key, context=b"safeconduct/session-keys/1/" + number.encode())
    raise CannotOpen


def _session_content(packed: str) -> dict[str, Any]:
    raw = base64.urlsafe_b64decode(packed.lstrip(".") + "==")
    content: dict[str, Any] = json.loads(zlib.decompress(raw) if packed.startswith(".") else raw)
    return content


def _unpacked(backup: bytes) -> Loot:
    """The tables and files of an opened backup."""
    lines = iter(backup.split(b"\n"))
    described, loot = json.loads(next(lines)), Loot()
    for _ in range(described["files"]):
        one = json.loads(next(lines))
        loot.files[one["file"]] = base64.b64decode(one["content"])
    for line in lines:
        table = json.loads(line)
        rows = [dict(zip(table["columns"], json.loads(next(lines)), strict=True)) for _ in range(table["rows"])]
        loot.tables[table["table"].replace(".", "_")] = [_read(row) for row in rows]
    return loot


# In a backup bytes stand as base64.
BYTES = (
    "sealed",
    "envelope_id",
    "lookup",
    "public_key",
    "blob",
    "note_id",
    "draft_id",
    "salt",
    "locked_keys",
    "verifying_key",
)


def _read(row: Row) -> Row:
    return row | {name: base64.b64decode(row[name]) for name in BYTES if row.get(name) is not None}


def _rows(connection: Any, table: str) -> list[Row]:
    cursor = connection.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _values(loot: Loot) -> Iterator[Any]:
    tables = [rows for name, rows in loot.tables.items() if not NO_KEYS.fullmatch(name)]
    return (value for rows in tables for row in rows for value in row.values())


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return b"" if value is None else str(value).encode()


def _joined(one: Any, other: Any) -> Any:
    return one | other if isinstance(one, dict) else one + other
