"""The jobs of the service: each looks at the store or the clock and does what is due."""
