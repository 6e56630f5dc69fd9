"""Write languages that have two scripts in one of them (pure)."""

TWO_SCRIPTS = frozenset(("sr", "bs", "sh", "cnr"))
"""Languages that are written in Cyrillic and in Latin."""

_CYRILLIC = "абвгдђежзијклмнопрстћуфхцчш"
_LATIN = "abvgdđežzijklmnoprstćufhcčš"
_TO_LATIN = str.maketrans(
    dict(zip(_CYRILLIC + _CYRILLIC.upper(), _LATIN + _LATIN.upper(), strict=True))
    | {"љ": "lj", "њ": "nj", "џ": "dž", "Љ": "Lj", "Њ": "Nj", "Џ": "Dž"}
)

_BY_SOUND = (
    "аa бb вv гg ґg дd ђd ѓg еe єe жz зz ѕz иi іi јi кk лl љl мm нn њn оo пp рr сs тt ћk ќk уu фf "
    "хh цk чk џd шs щs ыi эe юi яi αa βv γg δd εe ζz ηi θt ιi κk λl μm νn ξx οo πp ρr σs τt υi φf "
    "χh ψp ωo ck ji qk wv yi"
).split()
_LETTERS = str.maketrans({pair[0]: pair[1] for pair in _BY_SOUND})


def in_latin(text: str) -> str:
    """Return a text with the Cyrillic letters of Serbian in Latin."""
    return text.translate(_TO_LATIN)


def initial(name: str, letters: int) -> str:
    """Return the first letters of a folded name by sound, in Latin: those of Нарва and Narva."""
    return name[:letters].translate(_LETTERS)
