"""Who works here; which stores exist, who may open them, and each epoch's key, wrapped."""

from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from safeconduct.inner.operators import rules


class Operator(AbstractBaseUser):
    """Somebody who works at the desk, under a pseudonym. Never deleted: old lines of the audit name the number."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    language = models.CharField(max_length=2, default="uk")
    # `password` is Django's name; it holds the hash of the log-in half of the passphrase (see `rules.login_hash`).
    salt = models.BinaryField(max_length=16)
    locked_keys = models.BinaryField()
    public_key = models.BinaryField(max_length=1216)
    verifying_key = models.BinaryField(max_length=32, unique=True)
    suspended_at = models.DateTimeField(null=True)
    # The last deed at any seat, to about twenty seconds; a page that re-fetches itself does not count.
    seen_at = models.DateTimeField(null=True)
    # Goes up at log-out and at suspension: sessions of an earlier round are void.
    session_round = models.PositiveIntegerField(default=0)
    # The last admission that this operator has confirmed having seen.
    admissions_seen = models.PositiveBigIntegerField(default=0)
    last_login = None

    objects = BaseUserManager["Operator"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(language__in=rules.LANGUAGES), name="operators_language_known"),
        ]

    def __str__(self) -> str:
        return f"operator {self.pk}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.suspended_at is None

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(held.role for held in self.roles_held.all())

    def may_hold(self, store: str) -> bool:
        """Does one of the roles go with `store`? Opening it takes an admission besides."""
        return self.is_active and rules.may_hold(self.roles, store)

    def get_session_auth_hash(self) -> str:
        key_salt = "safeconduct.inner.operators.models.Operator"
        return salted_hmac(key_salt, f"{self.password}:{self.session_round}", algorithm="sha256").hexdigest()


class RoleHeld(models.Model):
    """One role of one operator."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="roles_held")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator", "role"], name="operators_role_once"),
            models.CheckConstraint(condition=Q(role__in=sorted(rules.ROLES)), name="operators_role_known"),
        ]


class Founding(models.Model):
    """The first two holders of a store, marked with a key from the secret file: a database alone cannot forge it."""

    store = models.CharField(max_length=20, primary_key=True)
    first = models.BinaryField(max_length=32)
    second = models.BinaryField(max_length=32)
    mark = models.BinaryField(max_length=32)


class Admission(models.Model):
    """Two holders' signatures for one operator's keys. The row proves nothing; the signatures do."""

    store = models.CharField(max_length=20)
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="admissions")
    admitted_at = models.DateTimeField()
    # [[verifying key, signature], …] in hexadecimal digits
    signatures = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "operator"], name="operators_admitted_once")]


class Epoch(models.Model):
    """A key pair of a store; its private half exists only wrapped, in `EpochWrap`."""

    store = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=1216)
    opened_at = models.DateTimeField()
    # [[verifying key, signature], …] in hexadecimal digits
    signatures = models.JSONField()
    # Since when a backup holds its private half, since when the front seals to it, and when its wraps were deleted.
    backed_up_at = models.DateTimeField(null=True)
    front_has_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="operators_epoch_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="operators_epoch_from_one"),
        ]


class EpochWrap(models.Model):
    """An epoch's private half, closed for one holder, or for recovery where `operator` is empty."""

    epoch = models.ForeignKey(Epoch, on_delete=models.CASCADE, related_name="wraps")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, null=True, related_name="wraps")
    blob = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["epoch", "operator"], name="operators_wrap_once"),
            models.UniqueConstraint(
                fields=["epoch"], condition=Q(operator=None), name="operators_wrap_once_for_recovery"
            ),
        ]


def signatures_of(row: Admission | Epoch) -> list[tuple[bytes, bytes]]:
    """Pairs of verifying key and signature."""
    return [(bytes.fromhex(by), bytes.fromhex(signature)) for by, signature in row.signatures]


def as_kept(signatures: Iterable[tuple[bytes, bytes]]) -> list[list[str]]:
    return [[by.hex(), signature.hex()] for by, signature in signatures]
