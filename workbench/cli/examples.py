"""The examples at the end of a command's help."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """An epilog with one command a line, which click does not wrap."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
