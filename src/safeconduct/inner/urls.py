"""Inner's addresses: the desk, and what it says when there is nothing to show."""

from django.urls import include, path

handler404 = "safeconduct.inner.desk.views.errors.missing"
handler500 = "safeconduct.inner.desk.views.errors.broken"

urlpatterns = [path("", include("safeconduct.inner.desk.urls"))]
