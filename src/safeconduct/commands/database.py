"""Is inner's database there, and of this version? Asked before a command that works on it."""

from safeconduct.commands.errors import Refusal
from safeconduct.roles import schema


def check() -> None:
    try:
        schema.check()
    except schema.SchemaIsOlder:
        raise Refusal("Inner's database is new or from an older version: run safeconduct inner --migrate.") from None
    except schema.SchemaDiffers as difference:
        raise Refusal(str(difference)) from None
