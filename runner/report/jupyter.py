"""The parts of nbconvert that the site uses: Jupyter's Markdown and the colours of a terminal.

Importing nbconvert compiles grammars for over a second that only a validator of web addresses would use;
without that package it goes without them.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)

from nbconvert.filters.ansi import ansi2html  # noqa: E402
from nbconvert.filters.markdown_mistune import (  # noqa: E402
    InvalidNotebook,
    IPythonRenderer,
    MarkdownWithMath,
)

__all__ = ["IPythonRenderer", "InvalidNotebook", "MarkdownWithMath", "ansi2html"]
