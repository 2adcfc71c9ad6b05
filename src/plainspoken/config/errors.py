"""What keeps Plainspoken from starting, told to the person at the command line."""


class CannotStart(Exception):
    """Its text says what is wrong and what to do; the command line prints it without a traceback."""
