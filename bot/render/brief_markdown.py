"""A brief as Markdown, by a template (Jinja2) that an operator may replace."""

from pathlib import Path

from jinja2 import TemplateError

from bot.errors import ConfigError
from bot.i18n import ENGLISH, Locale
from bot.models.brief import Brief
from bot.render import brief_texts
from bot.render.templates import environment
from bot.text import one_line


def markdown(brief: Brief, to: Locale = ENGLISH, template: str = "") -> bytes:
    """Return a brief as Markdown. `template`: the file of another template, which is given the same
    values (docs/BRIEF.md). Raises ConfigError where that cannot be read, or is wrong."""
    jinja = environment(to.code, markup=False)
    values = {
        "brief": brief,
        "heading": brief_texts.heading(to),
        "period": brief_texts.period(brief, to),
        "overview": brief_texts.overview(brief, to),
        "coverage": brief_texts.coverage_lines(brief, to),
        "made": brief_texts.made(brief, to),
        "place_name": lambda code: brief_texts.place_name(code, to),
        "theme_name": lambda code: brief_texts.theme_name(code, to),
    }
    if not template:
        text = jinja.get_template("brief.md.j2").render(values)
        return text.encode()
    try:
        text = jinja.from_string(Path(template).read_text(encoding="utf-8")).render(values)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(template, one_line(str(error)), "a template in UTF-8") from None
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise ConfigError(template, one_line(str(error)), "a template of a brief") from None
    return text.encode()
