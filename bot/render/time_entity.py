"""Times that Telegram shows on the clocks of whoever reads them."""

import datetime as dt

from markupsafe import Markup


def time_entity(moment: dt.datetime, text: str, form: str = "Dt") -> Markup:
    """Return a time that Telegram shows on the clocks of whoever reads it, in the form of its day
    and time (Bot API, "Date-time entity formatting"); as the text where it cannot."""
    tag = Markup('<tg-time unix="{}" format="{}">{}</tg-time>')
    return tag.format(int(moment.timestamp()), form, text)
