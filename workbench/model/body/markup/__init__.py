"""Lays out XML and HTML: each element on a line of its own wherever white space there says nothing.

Bytes in, bytes and an outline of the elements out. Nothing is changed but white space that has no meaning, and no
entity, DTD or address is ever followed.
"""

from workbench.model.body.markup.html import html
from workbench.model.body.markup.layout import MarkupError
from workbench.model.body.markup.outline import Outline
from workbench.model.body.markup.xml import xml

__all__ = ["MarkupError", "Outline", "html", "xml"]
