"""Several operators act in the same moment, each in a thread with a connection of its own, on a database in a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

AT_ONCE = """
import json, threading, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connection
from safeconduct.audit.verifying import verify
from safeconduct.inner.cases import actions as cases
from safeconduct.inner.cases.errors import NothingWaiting
from safeconduct.inner.cases.models import Case
from safeconduct.inner.duty import actions as duty
from safeconduct.inner.duty.models import Attendance, Shift
from safeconduct.inner.operators.actions import admit
from tests.people import Writer, enrol, new_headquarters

site = new_headquarters()
others = [enrol(f"o{n}", "", "operator").operator for n in range(2)]
for other in others:
    admit(other, "appeals", by=(site.olena.keys, site.taras.keys))
operators = [site.olena.operator, site.taras.operator, *others]
for _ in range(20):
    Writer().opens()
taken, troubles, ready = [], [], threading.Barrier(len(operators))

def at_once(deed):
    def work(operator):
        ready.wait()
        try:
            deed(operator)
        except Exception as trouble:
            troubles.append(repr(trouble))
        finally:
            connection.close()
    threads = [threading.Thread(target=work, args=(operator,)) for operator in operators]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

def take_all(operator):
    while True:
        try:
            taken.append(cases.take_next(by=operator).number)
        except NothingWaiting:
            return

told = {}
at_once(duty.come_on)
told["shifts"], told["on"] = Shift.objects.count(), Attendance.objects.filter(off_at=None).count()
at_once(take_all)
told["taken"], told["different"] = len(taken), len(set(taken))
at_once(duty.go_off)
told["open shifts"] = Shift.objects.filter(closed_at=None).count()
told["owned"] = Case.objects.filter(owner__isnull=False).count()
told["audit"], told["troubles"] = verify(), troubles
print(json.dumps(told))
"""


def test_four_come_on_take_and_go_off_at_once(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings_inner",
        "INNER_DATABASE_URL": f"sqlite:///{tmp_path / 'inner.sqlite3'}",
    }

    done = subprocess.run([sys.executable, "-c", AT_ONCE], env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "shifts": 1,
        "on": 4,
        "taken": 20,
        "different": 20,
        "open shifts": 0,
        "owned": 0,
        "audit": [],
        "troubles": [],
    }
