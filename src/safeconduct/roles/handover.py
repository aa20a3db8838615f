"""The front's handover port: `granian --interface rsgi safeconduct.roles.handover:application`."""

from safeconduct.roles.starting import check_schema, make_ready

make_ready("front_handover")

from django.core.wsgi import get_wsgi_application  # noqa: E402

from safeconduct.handover.serving import spool  # noqa: E402
from safeconduct.handover.serving.databases import MAIN, SPOOL  # noqa: E402
from safeconduct.handover.serving.sweeping import sweep_from_now_on  # noqa: E402
from safeconduct.roles.patience import by_rsgi  # noqa: E402

# What lies in the spool goes to inner also while the main database is down.
check_schema(MAIN, may_be_away=True)
spool.prepare_or_warn()
check_schema(SPOOL, may_be_away=True)
application = by_rsgi(get_wsgi_application())
sweep_from_now_on()
