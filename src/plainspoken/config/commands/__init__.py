"""One module a command; it imports Django only when it runs, so that `--help` is quick."""
