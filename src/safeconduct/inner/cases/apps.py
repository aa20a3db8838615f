from django.apps import AppConfig

from safeconduct.handover import kinds


class CasesConfig(AppConfig):
    name = "safeconduct.inner.cases"
    label = "cases"

    def ready(self) -> None:
        from safeconduct.inner.cases.arriving import take_in  # models exist only now

        kinds.register("appeal", take_in)
