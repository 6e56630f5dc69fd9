"""The commands of `policy-herald`: each is `command(arguments, config) -> exit code`."""
