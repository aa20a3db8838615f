from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperatorsConfig(AppConfig):
    name = "safeconduct.inner.operators"
    label = "operators"

    def ready(self) -> None:
        # Here until their rooms are there: a key is made when its store is opened, before anything can lie under it.
        from safeconduct.inner.operators import resident

        resident.register("clocks", store="bureau", waits=_("the bureau's clocks"))
        resident.register("index", store="tracing", waits=_("the search for those whom families ask about"))
