from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "safeconduct.inner.duty"
    label = "duty"

    def ready(self) -> None:
        # models exist only now
        from safeconduct.inner.cases.access import register_shifts
        from safeconduct.inner.duty.lookups import is_on_shift

        register_shifts(is_on_shift)
