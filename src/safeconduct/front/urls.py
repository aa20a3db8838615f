"""The addresses of the front. One letter each: a history must not tell what was done here."""

from django.urls import include, path

from safeconduct.front.web.views.guiding import guide
from safeconduct.front.web.views.plain import away
from safeconduct.front.web.views.returning import come_back
from safeconduct.front.web.views.second import second_code
from safeconduct.front.web.views.writing import write

handler400 = "safeconduct.front.web.views.plain.unreadable"
handler404 = "safeconduct.front.web.views.plain.no_such_page"
handler500 = "safeconduct.front.web.views.plain.our_fault"

urlpatterns = [
    path("<str:language>/w", write),
    path("<str:language>/n", guide),
    path("<str:language>/c", come_back),
    path("<str:language>/s", second_code),
    path("<str:language>/x", away),
    path("x", away),
    path("", include("safeconduct.front.pages.urls")),
]
