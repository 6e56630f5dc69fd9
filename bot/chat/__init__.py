"""Answer what people write and press in Telegram.

`handlers` ties all this to python-telegram-bot: it hands updates in, and `sending` hands answers
out. `receiving` tells about which chat somebody speaks; `commands`, `messages` (without a command)
and `callbacks` (buttons) dispatch to what answers, a file for each subject. `parsing` reads what is
typed, `wizard` is the guided set-up.
"""
