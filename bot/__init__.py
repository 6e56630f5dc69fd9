"""A change-notification bot: what ministries publish, to the chats that asked for it.

    fetch ─▶ parse ─▶ dedupe ─▶ enrich ─▶ match ─▶ (commit) ─▶ render ─▶ deliver
    bytes    Item     known?    Development  chats    store     Message   Telegram

A verb is a stage, a noun is a thing. A stage decides, does no I/O (but for `fetch`), and imports no
other stage; `pipeline` calls the stages in order and decides nothing. Everything left of the commit
may be repeated at will; everything right of it works from what is stored. The store keeps and does
not decide: the rules it applies within a transaction are handed to it (`pipeline.rules`).
"""

__version__ = "0.1.0"
