"""Render pages for a browser."""

import json

from markupsafe import Markup

from bot.i18n import LANGUAGES, Locale, locale_for
from bot.models import Development
from bot.reader_language import summary_language, title_language
from bot.render.citation import citation
from bot.render.head_line import flag, short_themes
from bot.render.labels import english_labels
from bot.render.matter import stage_line
from bot.render.templates import environment


def page(template: str, to: Locale, **values: object) -> str:
    """Render a page in a language; the values are escaped."""
    of_records = {
        "citation": citation,
        "flag": flag,
        "title_language": title_language,
        "summary_language": summary_language,
        "stage_line": lambda record: stage_line(record, to),
        "short_themes": lambda record: short_themes(record, to),
    }
    found = environment(to.code).get_template(f"web/{template}.html.j2")
    languages = [locale_for(code) for code in LANGUAGES]
    return found.render(to=to, languages=languages, **of_records, **values)


def record_fields(record: Development, to: Locale) -> str:
    """Render what a record says as HTML, for a page or a feed."""
    return page("fields", to, record=record)


def linked_data(record: Development, url: str) -> Markup:
    """Return a record as JSON-LD (schema.org, `Article`), ready for a script element. `url`: of its
    page; empty: it is not known."""
    described = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": url or None,
        "url": url or None,
        "identifier": record.id,
        "headline": record.title,
        "abstract": record.summary or None,
        "datePublished": str(record.date) if record.date else None,
        "keywords": [
            *english_labels("theme", record.themes),
            *english_labels("topic", record.topics),
            record.type,
        ],
        "spatialCoverage": record.country,
        "isBasedOn": [
            {
                "@type": "WebPage",
                "name": source.title_native,
                "url": source.url,
                "inLanguage": source.language,
                "datePublished": str(source.date) if source.date else None,
                "publisher": {"@type": "Organization", "name": source.publisher},
            }
            for source in record.sources
        ],
    }
    text = json.dumps(_without_none(described), ensure_ascii=False)
    # Nothing in it may end the element that it stands in (HTML, "Restrictions for contents of
    # script elements").
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _without_none(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_none(each) for name, each in value.items() if each is not None}
    return [*map(_without_none, value)] if isinstance(value, list) else value
