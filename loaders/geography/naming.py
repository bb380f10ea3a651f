"""French names of authorities: "de" joined to a proper name as INSEE's type of linking word (TNCC) tells."""

from __future__ import annotations

from typing import Final

# TNCC: the article that the name has, and how "de" is written before it. Names of communes bear their article
# with a capital; those of departments and regions are given without it.
_ARTICLE: Final = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los "}
_OF: Final = {
    "0": "de ",
    "1": "d'",
    "2": "du ",
    "3": "de la ",
    "4": "des ",
    "5": "de l'",
    "6": "des ",
    "7": "de las ",
    "8": "de los ",
}


def of_name(name: str, linking: str) -> str:
    """The name after "de": "de Lyon", "d'Ambronay", "du Havre", "de La Rochelle", "de l'Ain".

    A feminine or elided article that belongs to a commune's name keeps its capital, a masculine or plural one
    melts into "du" or "des". An unknown type of linking word joins by a plain "de".
    """
    article = _ARTICLE.get(linking, "")
    if not article or not name.startswith(article):
        return _OF.get(linking, "de ") + name
    if linking in ("2", "4", "6"):
        return _OF[linking] + name.removeprefix(article)
    return "de " + name
