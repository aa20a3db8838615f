from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "safeconduct.inner.site"
    label = "site"
