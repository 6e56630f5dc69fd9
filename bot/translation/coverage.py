"""Which languages of the sources are read in English, and which could be."""

from bot.config.schema import Config
from bot.i18n import base_language, locale_for
from bot.reader_language import IN_ENGLISH
from bot.translation import targets, translates
from bot.translation.local import is_supported

ADD = "`policy-herald models add`"


def source_languages(config: Config) -> list[str]:
    """Return the languages of the sources that are to be translated, by their English names."""
    languages = {base_language(source.language) for source in config.all_sources()}
    return sorted(languages - {"", IN_ENGLISH}, key=language_name)


def offered_targets(config: Config) -> tuple[str, ...]:
    """Return those of the bot's languages into which an engine can translate from English or from a
    source's language now."""
    return targets(config, [IN_ENGLISH, *source_languages(config)])


def language_name(code: str) -> str:
    """Return the English name of a language."""
    return locale_for("en").language(code)


def language_names() -> dict[str, str]:
    """Return the English names of the world's languages, by code."""
    languages = locale_for("en").cldr.languages
    return {code: str(name) for code, name in languages.items() if len(code) <= 3}


def describe(config: Config) -> str:
    """Return a line that says which languages are read in English, and what adds the rest."""
    languages = source_languages(config)
    if not languages:
        return "Read in English: all sources, which are English or do not say their language"
    read = [language for language in languages if translates(config, language)]
    count = f"{len(read)} of {len(languages)} languages"
    line = f"Read in English: {', '.join(map(language_name, read))} ({count})"
    if len(read) == len(languages):
        return line
    if not read:
        line = f"Read in English: {count}"
    if config.translation.engine == "none":
        return f'{line}: translation.engine is "none"'
    if is_supported():
        return f"{line}; {ADD} adds those that Firefox has models for"
    return f"{line}; config.example.toml says how a server translates the rest"
