from django.apps import AppConfig


class AgeingConfig(AppConfig):
    name = "safeconduct.inner.site.tests.ageing"
    label = "ageing"
    default_auto_field = "django.db.models.BigAutoField"
