from django.db import migrations, models
from django.db.models import Q

ROLES = [
    "administrator",
    "auditor",
    "bureau",
    "bureau-supervisor",
    "operator",
    "records",
    "records-supervisor",
    "reviewer",
    "reviewer-supervisor",
    "senior",
    "supervisor",
    "tracing",
    "tracing-supervisor",
]


class Migration(migrations.Migration):
    dependencies = [("operators", "0003_life_of_an_epoch")]

    operations = [
        migrations.RemoveConstraint("roleheld", "operators_role_known"),
        migrations.AddConstraint(
            "roleheld", models.CheckConstraint(condition=Q(role__in=ROLES), name="operators_role_known")
        ),
    ]
