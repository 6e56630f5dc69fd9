"""Rules of delivery (pure): when to retry, what a digest contains, when a chat is quiet."""
