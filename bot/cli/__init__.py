"""The commands, one a file: each has `main(arguments, config) -> exit code`."""
