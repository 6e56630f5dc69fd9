"""No sentence reaches people but from the catalogues."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import bot
from bot.models.deliveries import DeliveryKind
from bot.models.sources import PollResult
from bot.render import templates

ROOT = Path(bot.__file__).parent
SHOWN_BY = {
    "Answer", "Button", "Message", "Notice", "Unknown", "add_notice", "send_message", "edit_text",
}  # fmt: skip
"""Calls whose arguments people read."""
SHOWN_AS = {"toast", "description", "title"}
"""Names of arguments and variables that people read, in bot/chat."""
TRANSLATED_BY = {"gettext", "ngettext", "say", "say_plural", "not_understood", "N_", "reply"}
ALLOWED: set[str] = set()
"""Sentences that may stay untranslated; empty."""

_WORDS = re.compile(r"[A-Za-z]{2,}[^<>]* [A-Za-z]{2,}")
_WORD = re.compile(r"[A-Za-z]{3,}")


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def literals(node: ast.AST) -> Iterator[str]:
    """The text of an expression that no gettext call stands around."""
    if isinstance(node, ast.Call) and name_of(node) in TRANSLATED_BY:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from literals(child)


def untranslated(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name_of(node) in ("Button", "_button"):
            label = node.args[:1] or [key.value for key in node.keywords if key.arg == "text"]
            found += [text for part in label for text in literals(part) if _WORD.search(text)]
        elif isinstance(node, ast.Call):
            keywords = [key for key in node.keywords if key.arg]
            parts = [key.value for key in keywords if key.arg in SHOWN_AS]
            if name_of(node) in SHOWN_BY:
                parts = [*node.args, *(key.value for key in keywords)]
            found += [text for part in parts for text in literals(part) if _WORDS.search(text)]
        elif isinstance(node, ast.Assign):
            names = {getattr(target, "id", "") for target in node.targets}
            if names & SHOWN_AS:
                found += [text for text in literals(node.value) if _WORDS.search(text)]
    return found


PLACES = ["chat", "render", "pipeline", "jobs", "store", "transport", "deliver.py", "match.py"]


@pytest.mark.parametrize("place", PLACES)
def test_every_sentence_for_people_is_in_the_catalogues(place: str) -> None:
    path = ROOT / place
    files = [path] if path.is_file() else [*path.rglob("*.py")]
    found = {
        f"{file.relative_to(ROOT)}: {text}"
        for file in files
        for text in untranslated(file.read_text())
    }
    assert files
    assert found - ALLOWED == set()


def test_every_value_that_templates_translate_is_in_the_catalogues() -> None:
    assert {*get_args(DeliveryKind), *get_args(PollResult)} <= {*templates.WORDS}


@pytest.mark.parametrize(
    "source",
    [
        'Button("Repeat all", "a1:repeat:0")',
        '_button("Clear", draft, "clear", "countries")',
        'Button(f"Repeat {number}", data)',
        'Answer((), toast=f"Sent again: {count}" if count else "That was decided before.")',
        'toast = "That was decided before."',
        'store.add_notice(f"{source} is gone for good")',
        'Message(html="Nothing was sent", plain="")',
        'Unknown("Telegram did not answer")',
    ],
)
def test_an_untranslated_sentence_is_found(source: str) -> None:
    assert untranslated(source)


@pytest.mark.parametrize(
    "source",
    [
        'Button(request.gettext("Repeat all"), "a1:repeat:0")',
        'Button(f"✓ {text}", f"t1:zone:{zone}")',
        'Answer((), toast=request.gettext("It was removed before."))',
        'log.warning("an answer did not arrive")',
    ],
)
def test_a_translated_sentence_or_a_log_line_is_not(source: str) -> None:
    assert untranslated(source) == []
