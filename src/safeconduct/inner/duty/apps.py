from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "safeconduct.inner.duty"
    label = "duty"

    def ready(self) -> None:
        # Only now: models need the settings.
        from safeconduct.inner.cases.access import register_shifts
        from safeconduct.inner.duty.duress import tell
        from safeconduct.inner.duty.lookups import is_on_shift
        from safeconduct.inner.operators.duress import register

        register(tell)
        register_shifts(is_on_shift)
