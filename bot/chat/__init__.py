"""What a person says and presses in Telegram, and what they read in answer.

`query` parses the arguments of a command, `wizard` is the guided set-up, `commands` answers; all of
that knows nothing of python-telegram-bot. `handlers` ties it to the library.
"""
