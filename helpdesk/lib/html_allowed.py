"""What a stranger's HTML may keep: everything that is not named here is taken out."""

from __future__ import annotations

TAGS = set(
    """
    a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn
    div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp
    small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var
    """.split()
)
GONE_WITH_CONTENT = set(
    """
    applet audio canvas embed frameset head iframe math noembed noframes noscript object option
    plaintext script select style svg template textarea title video xmp
    """.split()
)
_CELL = {"align", "valign", "colspan", "rowspan", "width", "height", "bgcolor", "nowrap"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-remote-src", "data-cid"},
    "table": {"width", "height", "border", "cellpadding", "cellspacing", "bgcolor", "align"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign", "bgcolor", "height"},
    "col": {"span", "width"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "blockquote": set(),
}
STYLES = set(
    """
    background-color border border-bottom border-collapse border-color border-left border-right
    border-spacing border-style border-top border-width color font-family font-size font-style font-variant
    font-weight letter-spacing line-height list-style-type max-width padding padding-bottom padding-left
    padding-right padding-top text-align text-decoration text-indent text-transform vertical-align
    white-space width word-break
    """.split()
)
