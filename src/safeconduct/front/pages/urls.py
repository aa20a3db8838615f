"""Addresses of the information pages; the front includes them last."""

from django.urls import path

from safeconduct.front.pages.serve import page

app_name = "pages"
urlpatterns = [path("", page, name="start"), path("<path:path>", page, name="page")]
