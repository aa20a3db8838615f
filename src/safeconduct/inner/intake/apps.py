from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "safeconduct.inner.intake"
    label = "intake"
