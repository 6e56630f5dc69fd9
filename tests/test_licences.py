"""The README names all that the lock installs and that is not free to be changed in private."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
FREE = re.compile(
    r"\b(?:MIT|BSD|Apache|PSF|Python Software Foundation|ISC|Unlicense|HPND|CC0)", re.I
)
COPYLEFT = re.compile(r"\b(?:A?GPL|LGPL|MPL|EUPL|CDDL|EPL|Mozilla|GNU)", re.IGNORECASE)


def locked() -> Iterator[str]:
    """The packages of the lock."""
    for match in re.finditer(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.M):
        yield match[1]


def licence(package: PackageMetadata) -> str:
    """What a package says of its licence."""
    classifiers = package.get_all("Classifier") or []
    said = [package.get("License-Expression"), *(each for each in classifiers if "License" in each)]
    return " | ".join(filter(None, said)) or str(package.get("License"))[:100]


@cache
def licences() -> dict[str, str]:
    """The licences of what is installed of the lock."""
    found = {}
    for name in locked():
        try:
            found[name] = licence(metadata(name))
        except PackageNotFoundError:  # of another platform, or of an extra
            continue
    return found


def test_the_readme_names_what_is_not_free_to_be_changed_in_private() -> None:
    found = licences()
    copyleft = {name for name, said in found.items() if COPYLEFT.search(said)}
    assert "python-telegram-bot" in copyleft
    _, _, paragraph = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Licence\n")
    named = {
        name for name in locked() if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", paragraph)
    }
    assert copyleft <= named
    assert named & found.keys() <= copyleft
    for name in copyleft:
        kind = re.search(r"LGPL|MPL", found[name])
        assert kind
        assert kind[0] in paragraph


def test_every_package_says_a_licence_that_is_known() -> None:
    unknown = {
        name: said
        for name, said in licences().items()
        if not (FREE.search(said) or COPYLEFT.search(said))
    }
    assert unknown == {}
