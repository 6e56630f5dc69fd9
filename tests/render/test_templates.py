"""Every branch of every message's template is rendered, in every language."""

from collections.abc import Iterator

import pytest
from jinja2 import Environment

from bot.i18n import LANGUAGES
from bot.render import templates
from tests.fakes.telegram_html import visible
from tests.render.template_branches import Branch, branches
from tests.render.template_cases import cases


@pytest.fixture(scope="module")
def noted() -> Iterator[tuple[set[Branch], set[Branch]]]:
    with branches() as sets:
        yield sets


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_renders_in_every_branch(
    language: str, noted: tuple[set[Branch], set[Branch]]
) -> None:
    known, rendered = noted
    rendered.clear()
    _render_all(templates.environment(language))
    assert known
    missing = sorted(known - rendered)
    assert not missing, f"no case of template_cases.py takes {missing}"


def test_a_branch_that_is_never_taken_is_noticed() -> None:
    text = """{% if a %}1{% elif b %}2{% endif %}{% for c in d %}3{% else %}4{% endfor %}
    {{ 5 if a else 6 }}"""
    with branches() as (known, rendered):
        values = {"a": True, "b": True, "d": "x"}
        templates.environment("en").from_string(text).render(values)
    assert sorted(kind for _, _, kind in known - rendered) == [
        "elif", "else", "else y", "for, of nothing",
    ]  # fmt: skip


def _render_all(environment: Environment) -> None:
    texts = {
        (name, number): environment.get_template(f"{name}.j2").render(values)
        for number, (name, values) in enumerate(cases())
    }
    messages = {name for name in environment.list_templates() if not name.startswith("web/")}
    assert {f"{name}.j2" for name, _ in texts} == messages
    for (name, _), text in texts.items():
        if name.endswith(".html"):
            assert visible(text).strip(), name
