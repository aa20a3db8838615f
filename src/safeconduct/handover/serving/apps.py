from django.apps import AppConfig


class ServingConfig(AppConfig):
    name = "safeconduct.handover.serving"
    label = "serving"
