"""The desk: `granian --interface wsgi safeconduct.roles.inner:application`."""

from safeconduct.roles.starting import check_schema, make_ready

make_ready("inner")

from django.core.wsgi import get_wsgi_application  # noqa: E402

check_schema()
application = get_wsgi_application()
