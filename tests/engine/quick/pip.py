"""
What the engine's `python -m pip --version` finds in the tests: nothing to say.

The engine asks before it runs a program, to write pip's version down. The real pip spends 0.3 seconds on imports for that.
"""  # noqa: INP001  a folder on PYTHONPATH
