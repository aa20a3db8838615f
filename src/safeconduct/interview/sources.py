"""On what does a statement rest, in the person's language?"""

from safeconduct.interview.interface import Interface

_OWN = {
    "set by the headquarters": "source_headquarters",
    "how the service is built": "source_service",
    "general safety practice": "source_practice",
}
_TREATIES = {"GC III": "gc_iii", "GC IV": "gc_iv", "AP I": "ap_i"}


def source_in_words(source: str, interface: Interface, language: str) -> str:
    """`GC III 13(1); GC III 14` becomes “Third Geneva Convention, art. 13(1), 14”. What is not known stays as it is."""
    articles: dict[str, list[str]] = {}
    for part in source.split("; "):
        treaty = next((name for name in _TREATIES if part.startswith(f"{name} ")), "")
        articles.setdefault(treaty or part, []).append(part.removeprefix(f"{treaty} ") if treaty else part)
    return "; ".join(_said(treaty, numbers, interface, language) for treaty, numbers in articles.items())


def _said(treaty: str, articles: list[str], interface: Interface, language: str) -> str:
    if treaty in _TREATIES:
        name = f"labels_of_statements/{_TREATIES[treaty]}"
        return interface.say(name, language, articles=", ".join(articles))
    if treaty in _OWN:
        return interface.say(f"labels_of_statements/{_OWN[treaty]}", language)
    return treaty
