"""What was signed last of each chain?"""

from safeconduct.audit.models import SignedHead


def last_signed_heads() -> list[SignedHead]:
    """The newest of each store, by its name."""
    newest = {head.store: head for head in SignedHead.objects.order_by("number")}
    return [newest[store] for store in sorted(newest)]
