"""What a person says and presses in Telegram, and what they read in answer.

`words` understands, `setup` is the guided way, `commands` answers; all of that knows nothing of
python-telegram-bot. `handlers` ties it to the library.
"""
