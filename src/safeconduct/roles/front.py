"""The front's public port: `granian --interface rsgi safeconduct.roles.front:application`."""

from safeconduct.roles.starting import check_schema, make_ready

make_ready("front")

from django.core.wsgi import get_wsgi_application  # noqa: E402

from safeconduct.front.web.errors import NotReady  # noqa: E402
from safeconduct.front.web.ready import check_ready  # noqa: E402
from safeconduct.handover.serving import spool  # noqa: E402
from safeconduct.handover.serving.databases import MAIN, SPOOL  # noqa: E402
from safeconduct.roles.epochs import check_epochs  # noqa: E402
from safeconduct.roles.patience import by_rsgi  # noqa: E402
from safeconduct.settings.values import SettingWrong  # noqa: E402

check_epochs()
try:
    check_ready()
except NotReady as refusal:
    raise SettingWrong(refusal.name, refusal.reason) from None
# A front whose main database is down starts all the same: the spool takes what people write.
check_schema(MAIN, may_be_away=True)
# Before the spool is asked anything: else another process might take its room just then, and it would seem away.
spool.prepare_or_warn()
# Its volume may be gone: the main database may be well.
check_schema(SPOOL, may_be_away=True)
application = by_rsgi(get_wsgi_application())
