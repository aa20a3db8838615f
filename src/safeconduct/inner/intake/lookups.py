"""How much could nobody take in?"""

from safeconduct.inner.intake.models import KeptAside


def kept_aside() -> int:
    return KeptAside.objects.count()
