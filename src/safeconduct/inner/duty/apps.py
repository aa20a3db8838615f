from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "safeconduct.inner.duty"
    label = "duty"
