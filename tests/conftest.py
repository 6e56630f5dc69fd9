import os

from hypothesis import settings

# As `transport.make_bot` sets it: python-telegram-bot else warns with each RetryAfter.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# Neither the clock of the machine nor chance decides whether the suite passes.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")
