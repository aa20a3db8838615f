"""What do an operator's keys open and sign, once they are opened?"""

from django.conf import settings

from safeconduct.inner.operators import lookups, resident_keys
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.models import EpochWrap, Operator, ResidentKey
from safeconduct.sealing.envelopes import CannotOpen
from safeconduct.sealing.signing import sign
from safeconduct.sealing.stores import OperatorKeys, key_of_prf, lock_keys, unwrap_epoch


class OpenedKeys:
    """An operator's keys in the memory of one request."""

    def __init__(self, operator: Operator, keys: OperatorKeys) -> None:
        self.operator = operator
        self._keys = keys
        self._seeds: dict[tuple[str, int], bytes] = {}

    @property
    def public_key(self) -> bytes:
        return self._keys.public_key

    @property
    def verifying_key(self) -> bytes:
        return self._keys.verifying_key

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """Verifying key and signature, as admissions and epochs keep them."""
        return self._keys.verifying_key, sign(message, seed=self._keys.signing_seed)

    def locked_for_passkey(self, prf: bytes) -> bytes:
        """These keys, closed under what an authenticator answers, together with the secret file."""
        return lock_keys(self._keys, key=key_of_prf(prf, secret=settings.INNER_SECRET))

    def epoch_seed(self, store: str, number: int) -> bytes:
        """The private half of an epoch. Raises `NotAdmitted`.

        Two holders' signatures are checked anew here, so that a wrap which came into the database some other way
        opens nothing.
        """
        known = (store, number)
        if known not in self._seeds:
            self._seeds[known] = self._unwrapped(store, number)
        return self._seeds[known]

    def resident_key(self, key: ResidentKey) -> bytes:
        """The 32 bytes of a resident key. Raises `NotAdmitted`."""
        lookups.check_admitted(self.operator, key.store)
        opened = resident_keys.unwrapped(key, wrapped_for=self.operator, seed=self._keys.seed)
        if opened is None:
            raise NotAdmitted(self.operator.pk)
        return opened

    def _unwrapped(self, store: str, number: int) -> bytes:
        lookups.check_admitted(self.operator, store)
        wrap = EpochWrap.objects.filter(operator=self.operator, epoch__store=store, epoch__number=number).first()
        if wrap is None:
            raise NotAdmitted(self.operator.pk)
        try:
            return unwrap_epoch(bytes(wrap.blob), store=store, epoch=number, seed=self._keys.seed)
        except CannotOpen:
            raise NotAdmitted(self.operator.pk) from None
