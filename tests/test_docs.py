"""The pages of the documentation lead to one another, and overviews are complete."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
OVERVIEWS = ["chat/parsing", "dedupe", "enrich", "fetch", "parse", "pipeline", "render"]
"""Packages that begin with an overview of their modules."""
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def test_every_link_leads_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in LINK.findall(page.read_text("utf-8"))]
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_the_readme_leads_to_every_page() -> None:
    named = set(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    pages = {str(page.relative_to(ROOT)) for page in ROOT.glob("docs/*.md")}
    assert pages <= named


def test_no_page_names_the_home_of_a_person() -> None:
    homes = re.compile(r"/(?:root|home|Users|tmp)/")
    assert [page.name for page in PAGES if homes.search(page.read_text("utf-8"))] == []


@pytest.mark.parametrize("package", OVERVIEWS)
def test_an_overview_names_each_module_of_its_package(package: str) -> None:
    folder = ROOT / "bot" / package
    named = re.findall(r"\w+", (folder / "__init__.py").read_text().split('"""')[1])
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} <= {*named}
