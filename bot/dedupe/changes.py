"""Compare a development with its earlier version: which changes are of substance (pure)."""

import datetime as dt
import difflib

from msgspec.structs import replace

from bot.dedupe.editions import is_english_edition
from bot.dedupe.keys import content_hash
from bot.dedupe.merge import with_edition
from bot.dedupe.stand_ins import has_stand_in_heading, shares_text
from bot.dedupe.substance import stems, substance
from bot.models import Change, Citation, DateAhead, Development, PageText, Told
from bot.reader_language import native_text
from bot.text import normalise, numbers, sentences
from bot.urls import canonical_url

SIMILARITY = 0.8
"""The least similarity (0 to 1) of a word and its misspelling."""
LONGEST = 400
"""Words of a text, and letters of a word, up to which they are compared one by one: the time grows
with their square."""
TIMES = 2
"""How many times longer a text is to count as another excerpt."""
CHANGE_LIMIT = 400
"""Characters of a change that are recorded."""
ENDS = tuple(".!?")
ADDED = 2
"""Sentences that are added to a whole text at most; an excerpt may be longer by more."""
STATED = 5
"""Words of the shortest sentence that states something where it was added."""
SAME = 5
"""Letters by which a word of an advertisement is one of the text's."""
BESIDE = 12
"""Words of a text beside which sentences that have none of them are an advertisement."""
LIKELY = 0.5
"""The probability from which a text is rather about migration or asylum than not."""
Dates = tuple[DateAhead, ...]
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
ONCE = dt.timedelta(days=1)
"""How long after readers were told of a change of a development they are told of no other."""


def revise(before: Development, draft: Development) -> tuple[Development, Change | None]:
    """Return a known development with the values of its changed item, and the changes of substance.

    Values that the item lacks now are kept. A corrected typo is no change.
    """
    own = draft.sources[0]
    for source in before.sources:
        if is_english_edition(own, source):
            return revise_edition(before, source, own.url, draft.title, draft.summary), None
    index = _source_index(before, draft.sources[0])
    # Only the first source decides what the development is about.
    if index:
        cited = (*before.sources[:index], draft.sources[0], *before.sources[index + 1 :])
        return replace(before, sources=cited), None
    if _is_stand_in(before, draft):
        return before, None
    revised = replace(
        draft if draft.date else _with_day_of(before, draft),
        id=before.id,
        recorded=before.recorded,
        revision=before.revision,
        matter=before.matter,
        matter_references=before.matter_references,
        summary=draft.summary or before.summary,
        summary_native=draft.summary_native if draft.summary else before.summary_native,
        ahead=draft.ahead or _dates_kept(before, draft),
    )
    source = replace(revised.sources[0], url_en=draft.sources[0].url_en or before.sources[0].url_en)
    revised = replace(revised, sources=(source, *before.sources[1:]))
    if before.is_corrected:
        revised = replace(
            revised, themes=before.themes, topics=before.topics, type=before.type,
            confidence=before.confidence, is_corrected=True,
        )  # fmt: skip
    is_edition = draft.provenance.title == "edition"
    if not is_edition and native_text(revised) == native_text(before):
        revised = _with_translation_of(before, revised)
    change = _change(as_told(before, NEVER), revised)
    return (replace(revised, revision=before.revision + 1) if change else revised), change


def _with_translation_of(before: Development, revised: Development) -> Development:
    """Return a revised development with the translation that the same words had, and with the
    labels that were decided with it."""
    source, *others = revised.sources
    revised = replace(
        revised,
        title=before.title,
        summary=before.summary,
        summary_native=before.summary_native,
        translated_by=before.translated_by,
        provenance=before.provenance,
        translations=before.translations,
        gloss=before.gloss,
        sources=(replace(source, title_en=before.sources[0].title_en), *others),
        evidence=replace(
            revised.evidence, summary=before.evidence.summary, pages=before.evidence.pages
        ),
    )
    if not before.evidence.proposed or revised.is_corrected:
        return revised
    return replace(
        revised,
        themes=before.themes,
        topics=before.topics,
        type=before.type,
        confidence=before.confidence,
        evidence=replace(before.evidence, date=revised.evidence.date),
    )


def _with_day_of(before: Development, draft: Development) -> Development:
    """Return a draft without a date with the date of its earlier version."""
    source = replace(draft.sources[0], date=before.sources[0].date)
    evidence = replace(draft.evidence, date=before.evidence.date)
    return replace(draft, date=before.date, evidence=evidence, sources=(source,))


def _is_stand_in(before: Development, draft: Development) -> bool:
    """Return whether a page of a site under maintenance stands in the place of a known item."""
    (title, text), (title_now, text_now) = native_text(before), native_text(draft)
    if has_stand_in_heading(PageText(title=title_now, text=text_now), title):
        return True
    is_about_it = draft.confidence is not None and draft.confidence.relevance >= LIKELY
    return not is_about_it and not shares_text(f"{title} {text}", f"{title_now} {text_now}")


def as_told(development: Development, at: dt.datetime) -> Told:
    """Return what readers know of a development after they were told of a change."""
    title, text = native_text(development)
    return Told(at=at, title=title, text=text, date=development.date, ahead=development.ahead)


def was_told(told: Told | None, now: dt.datetime) -> bool:
    """Return whether readers were told of a change within a day: until then they are told of no
    other than a date that moves."""
    return told is not None and now - told.at < ONCE


def change_since(told: Told, development: Development, now: dt.datetime) -> Change | None:
    """Return what readers are to be told of a changed development: what has changed in substance
    since they were last told; within a day, only where a date to come has moved."""
    is_due = not was_told(told, now) or moved_dates(told.ahead, development.ahead)
    return _change(told, development) if is_due else None


def is_same_page(one: PageText, other: PageText) -> bool:
    """Return whether two readings of a page differ in nothing but counters, clocks and the like."""
    return has_same_words(one, other) or all(
        substance(before) == substance(after)
        for before, after in ((one.title, other.title), (one.text, other.text))
    )


def has_same_words(one: PageText, other: PageText) -> bool:
    """Return whether two readings of a page do not differ."""
    return (one.title, one.text) == (other.title, other.text)


def page_hash(page: PageText) -> str:
    """Return a hash of the substance of a page."""
    return content_hash(f"{substance(page.title)}\n{substance(page.text)}".encode())


def compare_pages(development: Development, old: PageText, new: PageText) -> Change | None:
    """Return the changes of substance between two readings of a development's page."""
    # A feed may have had the page's new title already, or another one.
    is_retitled = is_typo_fix(native_text(development)[0], old.title) and not is_typo_fix(
        old.title, new.title
    )
    change = Change(
        title=(old.title, new.title) if is_retitled else None,
        text=compare_texts(old.text, new.text),
    )
    return None if change == Change() else change


def revise_from_page(development: Development, change: Change) -> Development:
    """Return a development with the title and text that its changed page has now."""
    development = replace(development, revision=development.revision + 1)
    if development.translated_by is not None:
        return development
    source, *others = development.sources
    title = change.title[1] if change.title else source.title_native
    removed, added = change.text or ("", "")
    return replace(
        development,
        title=title if development.title == source.title_native else development.title,
        summary=development.summary.replace(removed, added) if removed else development.summary,
        sources=(replace(source, title_native=title), *others),
    )


def revise_edition(
    before: Development, cited: Citation, url: str | None, title: str, summary: str
) -> Development:
    """Return a development with the words that the English edition of one of its sources has now.
    That is no change in substance: what a publisher decides stands in its own language."""
    if cited == before.sources[0]:
        return with_edition(before, title, summary, url)
    edited = replace(cited, title_en=title, url_en=url)
    return replace(
        before, sources=tuple(edited if each == cited else each for each in before.sources)
    )


def mark_gone(before: Development) -> tuple[Development, Change]:
    """Return the next revision of a development whose page is gone, and the change."""
    return replace(before, revision=before.revision + 1), Change(is_gone=True)


def _source_index(before: Development, source: Citation) -> int:
    """Return the index of the citation of a source; 0 if there is none."""
    url = canonical_url(source.url)
    alike = [i for i, cited in enumerate(before.sources) if cited.publisher == source.publisher]
    return max(alike, key=lambda i: canonical_url(before.sources[i].url) == url, default=0)


def _change(told: Told, after: Development) -> Change | None:
    known, (title, text) = (told.title, told.text), native_text(after)
    change = Change(
        title=None if is_typo_fix(told.title, title) else (told.title, title),
        date=_date_change(known, told.date, after),
        text=compare_texts(told.text, text),
        ahead=moved_dates(told.ahead, after.ahead),
    )
    return None if change == Change() else change


def moved_dates(
    before: Dates, after: Dates
) -> tuple[tuple[DateAhead, ...], tuple[DateAhead, ...]] | None:
    """Return the dates to come that have given way to others of their kind, and these; None where
    there are none. A date that only one of two excerpts tells has not moved, nor has one that is
    read otherwise in a sentence that stood there before."""
    known = {normalise(date.sentence) for date in before}
    gone = [date for date in before if _is_missing(date, after)]
    come = [
        date
        for date in after
        if _is_missing(date, before) and normalise(date.sentence) not in known
    ]
    kinds = {date.kind for date in gone} & {date.kind for date in come}
    moved = (
        tuple(date for date in gone if date.kind in kinds),
        tuple(date for date in come if date.kind in kinds),
    )
    return moved if kinds else None


def _is_missing(date: DateAhead, others: Dates) -> bool:
    return date.day is not None and all(date.key != other.key for other in others)


def _dates_kept(before: Development, draft: Development) -> Dates:
    """Return the dates to come of a known development whose item tells none now: those that it
    had, where its words are the same, or it has none. In an item without a day none can be told:
    then those stay whose sentences are not gone from its words."""
    (title, old), (title_now, new) = native_text(before), native_text(draft)
    if not new or (title, old) == (title_now, new):
        return before.ahead
    if draft.sources[0].date:
        return ()
    return tuple(date for date in before.ahead if date.sentence in new or date.sentence not in old)


def _date_change(
    known: tuple[str, str], day: dt.date | None, after: Development
) -> tuple[dt.date | None, dt.date | None] | None:
    """Return the day before and after; None where it is read otherwise in words that stood there
    before."""
    stated = after.evidence.date
    is_read_otherwise = stated and all(words in " ".join(known) for words in stated)
    return None if day is None or day == after.date or is_read_otherwise else (day, after.date)


def compare_texts(before: str, after: str) -> tuple[str, str] | None:
    """Return the removed and the added sentences of a text; None where only typos were corrected,
    or the excerpt is longer or shorter."""
    old, new = substance(before), substance(after)
    if not old or not new or old.startswith(new):
        return None
    were, are = sentences(before), sentences(after)
    gone, come = _missing(were, are), _missing(are, were)
    short, long = sorted((len(before), len(after)))
    # The teaser of a list and the lead of the article share no sentence.
    is_other_excerpt = gone == were and come == are and long > TIMES * short
    if new.startswith(old):  # a longer excerpt, or a sentence that was added to the whole
        is_other_excerpt = not before.endswith(ENDS) or len(come) > ADDED
        come = [sentence for sentence in come if _is_statement(sentence)]
    removed, added = " ".join(gone), " ".join(come)
    if is_other_excerpt or (not gone and not come) or is_typo_fix(removed, added):
        return None
    if _is_aside(gone, were) and _is_aside(come, are) and not stems(removed) & stems(added):
        return None
    return removed[:CHANGE_LIMIT], added[:CHANGE_LIMIT]


def _missing(some: list[str], others: list[str]) -> list[str]:
    """Return the sentences that others lack, but for those without substance."""
    known = {"", *map(substance, others)}
    return [sentence for sentence in some if substance(sentence) not in known]


def _is_statement(sentence: str) -> bool:
    """Return whether a sentence is none that only leads on: "More on our website."."""
    return sentence.endswith(ENDS) and len(stems(sentence)) >= STATED


def _is_aside(part: list[str], whole: list[str]) -> bool:
    """Return whether some sentences of a text have no word of the others: an advertisement."""
    rest = stems(" ".join(sentence for sentence in whole if sentence not in part), SAME)
    is_at_an_end = part in (whole[: len(part)], whole[-len(part) :])
    return is_at_an_end and len(rest) >= BESIDE and not stems(" ".join(part), SAME) & rest


def is_typo_fix(before: str, after: str) -> bool:
    """Return whether two texts differ only by typos: case, accents, punctuation, a letter of a long
    word. A changed number is never a typo."""
    before, after = substance(before), substance(after)
    old, new = before.split(), after.split()
    if numbers(before) != numbers(after) or max(len(old), len(new)) > LONGEST:
        return old == new
    differing = [
        (old[start:end], new[first:last])
        for kind, start, end, first, last in difflib.SequenceMatcher(
            None, old, new, autojunk=False
        ).get_opcodes()
        if kind != "equal"
    ]
    return len(differing) <= 1 + len(old) // 8 and all(_is_typo(*pair) for pair in differing)


def _is_typo(old: list[str], new: list[str]) -> bool:
    """Return whether one word is another with one letter changed inside."""
    # At its beginning, the letter may be a negation.
    if len(old) != 1 or len(new) != 1:
        return "".join(old) == "".join(new)  # a space that was missing
    (was,), (now,) = old, new
    if f"{was}x" == now or f"{now}x" == was:  # "not" in Maltese
        return False
    is_near = was[0] == now[0] and abs(len(was) - len(now)) <= 1 and 3 < len(was) <= LONGEST
    return is_near and difflib.SequenceMatcher(None, was, now, autojunk=False).ratio() >= SIMILARITY
