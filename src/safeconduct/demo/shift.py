"""Both operators of the demonstration come on shift: `python -m safeconduct.demo.shift`, under inner's settings."""

import django
from django.utils import timezone


def main() -> None:
    django.setup()
    from safeconduct.inner.duty.actions import come_on  # only now: models need the settings
    from safeconduct.inner.operators.models import Operator

    operators = Operator.objects.filter(suspended_at=None)
    # Whoever has done nothing for a while is sent off; nobody of them has logged in yet.
    operators.update(seen_at=timezone.now())
    for operator in operators:
        come_on(operator)


if __name__ == "__main__":
    main()
