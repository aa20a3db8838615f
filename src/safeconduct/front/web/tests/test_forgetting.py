"""What was read long enough ago leaves the front by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safeconduct.front.web.actions import forget_what_was_read
from safeconduct.front.web.models import Answer
from safeconduct.handover.serving import sweeping

pytestmark = pytest.mark.django_db


def test_an_answer_goes_when_its_term_is_over_also_where_nobody_comes_any_more() -> None:
    now = timezone.now()
    terms = {b"a" * 16: now - timedelta(seconds=1), b"b" * 16: now + timedelta(days=1), b"c" * 16: None}
    for dispatch_id, term in terms.items():
        Answer.objects.create(dispatch_id=dispatch_id, store="appeals", lookup=b"l" * 32, blob=b"", forget_at=term)

    forget_what_was_read(now)

    left = {bytes(id) for id in Answer.objects.values_list("dispatch_id", flat=True)}
    assert left == {b"b" * 16, b"c" * 16}


def test_the_front_is_swept_of_them() -> None:
    assert forget_what_was_read in sweeping._sweeps
