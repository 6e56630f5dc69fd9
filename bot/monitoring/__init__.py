"""What an operator watches: metrics over HTTP, the event loop's lag, sources' health, logs."""
