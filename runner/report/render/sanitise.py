"""What is left of HTML that a notebook brought along: text, tables, links and pictures, nothing that acts.

Every fragment is cleaned by itself, so that an unclosed element cannot reach beyond its own cell. Styles,
scripts, forms, frames and event handlers go; a picture must be inside the page; a link leads to the web, to
another page of the site, or to a place on this one.
"""

import base64
import binascii
import re
from collections.abc import Callable, Collection
from html import escape

import nh3
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

INLINE = {
    *("a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"),
    *("samp", "small", "span", "strong", "sub", "sup", "u", "var", "wbr"),
}
BLOCKS = {
    *("blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "hr", "img", "li", "ol", "p"),
    *("pre", "summary", "ul"),
    *("caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
# Elements whose content is no text either.
DROPPED_WHOLE = {"script", "style", "iframe", "object", "svg", "math", "template", "noscript", "title"}
HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"alt", "src", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
} | {heading: {"id"} for heading in HEADINGS}

# Classes that the page styles and that claim nothing: highlighted code, coloured text, aligned cells.
COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
ANSI_CLASSES = {"ansi-bold", "ansi-underline"} | {
    f"ansi-{colour}{shade}-{plane}"
    for colour in COLOURS
    for shade in ("", "-intense")
    for plane in ("fg", "bg")
}
CLASSES = {
    "span": {name for name in STANDARD_TYPES.values() if name} | ANSI_CLASSES,
    "div": {"highlight"},
    "table": {"dataframe"},
    "td": {"left", "center", "right"},
    "th": {"left", "center", "right"},
}

PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}")
WEB_ADDRESS = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)
NO_DESCRIPTION = "a picture without a description"


def sanitise(
    html: str,
    *,
    anchors: Collection[str] = (),
    inline: bool = False,
    link: Callable[[str], str | None] = lambda address: None,
    attribute_text: Callable[[str], str] = str,
) -> Markup:
    """The harmless part of `html`.

    `link` turns a relative address into one that is right on the page, or into None, which unlinks it;
    `attribute_text` sees each attribute value first. Headings stay where `anchors` names their places.
    `inline` keeps no blocks and no links.

    >>> sanitise('<p onclick="f()">a <script>f()</script><a href="javascript:f()">b</a></p>')
    Markup('<p>a <a rel="noopener noreferrer">b</a></p>')
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        value = attribute_text(value)
        if name == "src":
            value = "".join(value.split())
            return value if PICTURE.fullmatch(value) else None
        if name == "id":
            return value if value in anchors else None
        if name == "href":
            if value.startswith("#") or WEB_ADDRESS.fullmatch(value):
                return value
            return link(value)
        if name in ("width", "height", "colspan", "rowspan", "span", "start"):
            return value if value.isdecimal() else None
        return value

    tags = INLINE - {"a"} if inline else INLINE | BLOCKS | (HEADINGS if anchors else set())
    clean = nh3.clean(
        html,
        tags=tags,
        clean_content_tags=DROPPED_WHOLE,
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag in tags},
        attribute_filter=attribute,
        allowed_classes={tag: names for tag, names in CLASSES.items() if tag in tags},
        url_schemes={"http", "https", "data"},
        link_rel="noopener noreferrer",
    )
    # In cleaned HTML `<` and `>` occur in tags alone: nh3 escapes them in text and in attributes.
    clean = re.sub(r"<img(?![^>]* alt=)", f'<img alt="{NO_DESCRIPTION}"', clean)
    clean = re.sub(r'<img(?![^>]* src=)[^>]* alt="([^"]*)"[^>]*>', r"<em>[\1, not shown]</em>", clean)
    clean = clean.replace("<table", '<div class="scroll" tabindex="0"><table')
    return Markup(clean.replace("</table>", "</table></div>"))


def picture(kind: str, data: str, *, alt: str, width: int | None = None) -> Markup:
    """An <img> from base64 data, or a note where the data is damaged.

    >>> picture("image/png", "iVBORw0KGgo=", alt="a dot")
    Markup('<img src="data:image/png;base64,iVBORw0KGgo=" alt="a dot">')
    """
    data = "".join(data.split())
    try:
        base64.b64decode(data, validate=True)
    except binascii.Error:
        return Markup('<p class="note">A picture that cannot be read stood here.</p>')
    size = f' width="{width}"' if width else ""
    return Markup(f'<img src="data:{kind};base64,{data}" alt="{escape(alt)}"{size}>')
