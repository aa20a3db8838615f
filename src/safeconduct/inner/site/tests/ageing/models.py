from django.db import models


class Stone(models.Model):
    name = models.CharField(max_length=20)
    weight = models.IntegerField()
