"""The desk: `granian --interface rsgi safeconduct.roles.inner:application`."""

from safeconduct.roles.starting import check_schema, make_ready

make_ready("inner")

from django.core.wsgi import get_wsgi_application  # noqa: E402

from safeconduct.inner.desk.confirmed import library  # noqa: E402
from safeconduct.inner.duty import panic  # noqa: E402
from safeconduct.roles.patience import by_rsgi  # noqa: E402

check_schema()
panic.keep_up()  # a database that was saved under a lock is locked before anybody is served
library()  # a text that cannot be used stops the start; and the first case to be opened waits for nothing
application = by_rsgi(get_wsgi_application())
