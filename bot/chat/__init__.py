"""Answer what people write and press in Telegram.

`query` parses the arguments of a command, `wizard` is the guided set-up, `commands` answers; all of
that knows nothing of python-telegram-bot. `handlers` ties it to the library.
"""
