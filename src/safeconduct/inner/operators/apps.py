from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    name = "safeconduct.inner.operators"
    label = "operators"
