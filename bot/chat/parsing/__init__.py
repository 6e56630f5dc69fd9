"""Parse what people type; nothing here asks anybody (pure).

tokens         a text -> phrases between commas, and their tokens
keywords       the words of commands that name no label: `without`, `daily`, weekdays, lengths
grammar        phrases -> what each adds to a filter, and which are not understood
filter_parts   what several words add, put together
query          the arguments of commands: filters, searches, numbers, times
pace_words     when things come: `weekly fri 9.15`
moments        moments and periods: `until Monday`, `last month`
zones          time zones: `Europe/Prague`, `Prag`
brief_period   the period of a brief: `week`, from one day to another
plain_words    what is said without a command
near_commands  the commands that a mistyped one may be
"""
