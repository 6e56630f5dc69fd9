"""The archive on the web: pages, feeds, and what protects them."""
