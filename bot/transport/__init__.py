"""Telegram as python-telegram-bot speaks it: requests, rate limits, keyboards, outcomes."""
