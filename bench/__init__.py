"""How quick Plainspoken is: a firm of a given size, real processes, and a bare limit beside each figure.

It is no slice and no part of the installed program: it writes rows directly, as loading tools may.
"""
