"""Somebody is forced to log in: colleagues go on with his cases, and supervisors are told without a sound."""

from safeconduct.inner.duty.actions import go_off
from safeconduct.inner.duty.alarms import ring
from safeconduct.inner.operators.models import Operator


def tell(operator: Operator) -> None:
    """In the transaction of the log-in."""
    go_off(operator)
    ring("duress", by=operator)
