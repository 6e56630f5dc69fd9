"""Decide what has changed in substance of a published item that reads differently (pure)."""

import difflib

from msgspec.structs import replace

from bot.dedupe.same_event import native_text
from bot.models import Change, Citation, Development, PageText
from bot.text import normalise, numbers, sentences
from bot.urls import canonical_url

ALIKE = 0.8
"""How alike two words are of which one mends the other's slip."""
LONGEST = 400
"""Words of two wordings that are compared word by word: it takes time by their square."""
TIMES = 2
"""How many times as long another excerpt of an article is."""
TOLD = 400
"""Characters of a text that tell what has changed."""


def revise(before: Development, draft: Development) -> tuple[Development, Change | None]:
    """Return a known development as its item reads now, and what changed of it in substance.

    It keeps its id, and what is not said any more. A mended slip is no change. Only the leading
    source says what the development is about.
    """
    place = _place(before, draft.sources[0])
    if place:
        cited = (*before.sources[:place], draft.sources[0], *before.sources[place + 1 :])
        return replace(before, sources=cited), None
    kept = replace(
        draft,
        id=before.id,
        recorded=before.recorded,
        revision=before.revision,
        summary=draft.summary or before.summary,
        summary_native=draft.summary_native if draft.summary else before.summary_native,
        date=draft.date or before.date,
        sources=(*draft.sources, *before.sources[1:]),
    )
    if before.is_corrected:
        kept = replace(
            kept, themes=before.themes, topics=before.topics, type=before.type, is_corrected=True
        )
    if native_text(kept) == native_text(before):  # what is translated stays so
        kept = replace(
            kept, title=before.title, summary=before.summary,
            summary_native=before.summary_native, translated_by=before.translated_by,
            provenance=before.provenance, key_terms=before.key_terms,
            sources=(replace(kept.sources[0], title_en=before.sources[0].title_en),
                     *kept.sources[1:]),
        )  # fmt: skip
    change = _change(before, kept)
    return (replace(kept, revision=before.revision + 1) if change else kept), change


def revise_from_page(
    before: Development, old: PageText, new: PageText
) -> tuple[Development, Change | None]:
    """Return a development as its own page reads now, and what changed of it in substance."""
    title, _ = native_text(before)
    change = Change(
        title=None if is_typo_fix(old.title, new.title) else (old.title, new.title),
        text=compare_texts(_body(old), _body(new)),
    )
    if change.title and not is_typo_fix(title, old.title):
        change = replace(change, title=None)  # its list says so already, or calls it otherwise
    if change == Change():
        return before, None
    made = replace(before, revision=before.revision + 1)
    return _with_page_text(made, change) if before.translated_by is None else made, change


def _body(page: PageText) -> str:
    """Return the text of a page without its heading."""
    return page.text.removeprefix(page.title).lstrip() if page.title else page.text


def _with_page_text(development: Development, change: Change) -> Development:
    """Return a development with the title and text that its page has now."""
    source, *others = development.sources
    title = change.title[1] if change.title else source.title_native
    gone, come = change.text or ("", "")
    return replace(
        development,
        title=title if development.title == source.title_native else development.title,
        summary=development.summary.replace(gone, come) if gone else development.summary,
        sources=(replace(source, title_native=title), *others),
    )


def mark_gone(before: Development) -> tuple[Development, Change]:
    """Return a development whose page is gone, and that as a change."""
    return replace(before, revision=before.revision + 1), Change(is_gone=True)


def _place(before: Development, source: Citation) -> int:
    """Return the index of the source that was read again; 0 where it is none of them."""
    alike = [
        (canonical_url(cited.url) == canonical_url(source.url), -place)
        for place, cited in enumerate(before.sources)
        if cited.publisher == source.publisher
    ]
    return -max(alike)[1] if alike else 0


def _change(before: Development, after: Development) -> Change | None:
    (title, text), (title_now, text_now) = native_text(before), native_text(after)
    change = Change(
        title=None if is_typo_fix(title, title_now) else (title, title_now),
        date=None if before.date in (None, after.date) else (before.date, after.date),
        text=compare_texts(text, text_now),
    )
    return None if change == Change() else change


def compare_texts(before: str, after: str) -> tuple[str, str] | None:
    """Return the sentences that are gone from a text and those that are new; None where only slips
    were mended, or the excerpt is longer or shorter."""
    said, says = normalise(before), normalise(after)
    if not said or not says or said.startswith(says) or says.startswith(said):
        return None
    gone, come = _differing(before, after)
    if _is_other_excerpt(before, after, gone, come) or is_typo_fix(" ".join(gone), " ".join(come)):
        return None
    return " ".join(gone)[:TOLD], " ".join(come)[:TOLD]


def _is_other_excerpt(before: str, after: str, gone: list[str], come: list[str]) -> bool:
    """Return whether two texts of one item have nothing in common and are of very different length:
    a list's own line, and the lead of the article, say."""
    nothing_stays = len(gone) == len(sentences(before)) and len(come) == len(sentences(after))
    short, long = sorted((len(before), len(after)))
    return nothing_stays and long > TIMES * short


def _differing(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = sentences(before), sentences(after)
    known, present = {normalise(said) for said in old}, {normalise(said) for said in new}
    gone = [said for said in old if normalise(said) not in present]
    come = [said for said in new if normalise(said) not in known]
    return gone, come


def is_typo_fix(before: str, after: str) -> bool:
    """Return whether two wordings differ in nothing but slips: case, accents, punctuation, a letter
    of a long word; never in a number."""
    old, new = normalise(before).split(), normalise(after).split()
    if numbers(before) != numbers(after) or max(len(old), len(new)) > LONGEST:
        return old == new
    differing = [
        (old[start:end], new[first:last])
        for kind, start, end, first, last in difflib.SequenceMatcher(
            None, old, new, autojunk=False
        ).get_opcodes()
        if kind != "equal"
    ]
    return len(differing) <= 1 + len(old) // 8 and all(_is_mended(*pair) for pair in differing)


def _is_mended(old: list[str], new: list[str]) -> bool:
    """Return whether one word is another with one letter changed inside."""
    # At its beginning, the letter may be a negation.
    if len(old) != 1 or len(new) != 1:
        return "".join(old) == "".join(new)  # a space that was missing
    (was,), (now,) = old, new
    alike = difflib.SequenceMatcher(None, was, now, autojunk=False).ratio()
    return was[0] == now[0] and abs(len(was) - len(now)) <= 1 and alike >= ALIKE and len(was) > 3
