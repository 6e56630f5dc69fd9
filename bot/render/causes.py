"""Say in words why a source gives no news."""

from bot.i18n import N_, Locale
from bot.models.sources import Cause

CAUSES: dict[Cause, str] = {
    "name": N_("the name of its host leads nowhere"),
    "connection": N_("its server does not answer"),
    "tls": N_("the certificate of its server is not good"),
    "guard": N_("its address is private, or has an unusual port"),
    "blocked": N_("its server turns robots away"),
    "robots": N_("its robots.txt forbids reading it"),
    "server": N_("its server fails"),
    "stand-in": N_("a page stands in its place (maintenance, consent, a login)"),
    "gone": N_("its address is gone"),
    "no feed": N_("a page came instead of a feed"),
    "no list": N_("no list of news was found on its page"),
    "empty": N_("nothing stands in it"),
    "silent": N_("it answers, and has had no news for far longer than usual"),
    "other": N_("it cannot be read"),
}


def cause_text(cause: Cause, to: Locale) -> str:
    """Return why a source gives no news, in a language."""
    return to.gettext(CAUSES[cause])
