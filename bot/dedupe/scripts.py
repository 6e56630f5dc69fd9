"""Write languages that have two scripts in one of them (pure)."""

TWO_SCRIPTS = frozenset(("sr", "bs", "sh", "cnr"))
"""Languages that are written in Cyrillic and in Latin."""

_CYRILLIC = "абвгдђежзијклмнопрстћуфхцчш"
_LATIN = "abvgdđežzijklmnoprstćufhcčš"
_TO_LATIN = str.maketrans(
    dict(zip(_CYRILLIC + _CYRILLIC.upper(), _LATIN + _LATIN.upper(), strict=True))
    | {"љ": "lj", "њ": "nj", "џ": "dž", "Љ": "Lj", "Њ": "Nj", "Џ": "Dž"}
)


def in_latin(text: str) -> str:
    """Return a text with the Cyrillic letters of Serbian in Latin."""
    return text.translate(_TO_LATIN)
