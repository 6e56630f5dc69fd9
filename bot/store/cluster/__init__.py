"""Several processes on one PostgreSQL: who leads, who is alive, whose turn it is to send."""
