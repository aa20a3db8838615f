"""How is what an operator has begun to write closed, and opened again?

It is written anew each few seconds while somebody types. That leaves no line in the audit: nobody reads or changes
anything of the person's by it, and lines by the second would hide those that matter. Opening it is part of opening the
case; taking over or dropping a colleague's is a deed like others.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from safeconduct.inner.cases import rules
from safeconduct.inner.cases.models import Case, Draft
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.lookups import current_epoch
from safeconduct.sealing.envelopes import Binding, CannotOpen, open_sealed, seal


@dataclass(frozen=True)
class Begun:
    """What stood in the field. `statements`: of an answer, the keys by which the desk knows what was put in."""

    text: str
    statements: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.statements

    @property
    def length(self) -> int:
        return len(self.text) + sum(map(len, self.statements))

    def with_more(self, other: "Begun") -> "Begun":
        """This and, after it, the other; each statement once."""
        text = "\n\n".join(part for part in (self.text.rstrip(), other.text) if part.strip())
        return Begun(text, tuple(dict.fromkeys((*self.statements, *other.statements))))

    def to_bytes(self) -> bytes:
        return json.dumps([self.text, *self.statements], ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Begun":
        text, *statements = json.loads(content)
        return cls(text, tuple(statements))


@dataclass(frozen=True)
class OpenedDraft:
    """`begun` is None where it does not open."""

    draft: Draft
    begun: Begun | None


def as_kept(begun: Begun) -> dict[str, Any]:
    """The columns of a draft, sealed. Needs no key of anybody. Raises `NoEpoch`."""
    draft_id, epoch = os.urandom(16), current_epoch(rules.STORE)
    sealed = seal(begun.to_bytes(), to=bytes(epoch.public_key), binding=_binding(draft_id))
    return {"draft_id": draft_id, "epoch": epoch.number, "sealed": sealed, "written_at": timezone.now()}


def opened(drafts: Iterable[Draft], *, keys: OpenedKeys) -> tuple[OpenedDraft, ...]:
    """Only for `opening` and for a deed of who works on the case: they ask who may."""
    return tuple(OpenedDraft(draft, _begun(draft, keys)) for draft in drafts)


def waits(case: Case) -> bool:
    """Does a draft of anybody lie in this case?"""
    return case.drafts.exists()


def _begun(draft: Draft, keys: OpenedKeys) -> Begun | None:
    try:
        seed = keys.epoch_seed(rules.STORE, draft.epoch)
        binding = _binding(bytes(draft.draft_id))
        return Begun.from_bytes(open_sealed(bytes(draft.sealed), seed=seed, binding=binding))
    except (CannotOpen, NotAdmitted):
        return None


def _binding(draft_id: bytes) -> Binding:
    return Binding("draft", rules.STORE, envelope_id=draft_id)
