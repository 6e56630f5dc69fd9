"""The jobs of the service: each checks the store or the clock and does what is due."""
