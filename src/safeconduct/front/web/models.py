"""What the person's forms keep: answers that wait under a code, sealed to it. Nothing about who wrote."""

from django.db import models
from django.db.models import Q


class Answer(models.Model):
    """One sealed answer. `lookup` is the thread's; `forget_at` is set when the answer is read for the first time."""

    dispatch_id = models.BinaryField(max_length=16, unique=True)
    store = models.CharField(max_length=20)
    lookup = models.BinaryField(max_length=32, db_index=True)
    blob = models.BinaryField()
    forget_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["forget_at"], name="web_answer_forget", condition=~Q(forget_at=None))]
