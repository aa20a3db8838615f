from django.apps import AppConfig


class ReachingConfig(AppConfig):
    name = "safeconduct.handover.reaching"
    label = "reaching"
