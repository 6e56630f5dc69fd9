"""What the flow needs from outside, as protocols.

store      what a store does, a verb for each transaction; for each noun there is a protocol, in
           sources, developments, chats and deliveries
rules      the pure functions that a store applies within its transactions
messenger  a messenger, the send rate that processes share, and a translation engine
"""
