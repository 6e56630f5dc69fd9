"""What the flow needs from outside, as protocols.

store      what a store does: a protocol for each noun, a verb for each transaction
rules      the pure functions that a store applies within its transactions
messenger  a messenger, the send rate that processes share, and a translation engine
"""
