"""A change-notification bot: what ministries publish, to the chats that asked for it.

    fetch ─▶ parse ─▶ dedupe ─▶ enrich ─▶ match ─▶ (commit) ─▶ render ─▶ deliver

A verb is a stage, a noun is a thing. Stages decide and do no I/O of their own (but `fetch`);
`pipeline` calls them in order; everything left of the commit may be repeated at will, and
everything right of it works from what is stored.
"""

__version__ = "0.1.0"
