"""Fold the history of an HTML mail at the elements by which mail programs mark it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from channels.languages import AFTER_FROM, FROM_WORD, SEPARATOR, WROTE
from channels.mime import ParsedMail
from channels.quotes import Folded, fold
from helpdesk.lib import html_gate, sandbox
from helpdesk.lib.html_text import to_text

_ONLY_CLASSES = set(
    "gmail_quote gmail_quote_container gmail_extra yahoo_quoted moz-forward-container protonmail_quote "
    "zmail_extra tutanota_quote mailquote".split()
)
_REST_IDS = {
    "divrplyfwdmsg",
    "appendonsend",
    "mail-editor-reference-message-container",
    "olk_src_body_section",
    "replysplit",
}
_REST_PREFIXES = ("x_divrplyfwdmsg", "x_appendonsend", "divrplyfwdmsg", "yahoo_quoted")
_ATTRIBUTION_CLASSES = {"gmail_attr", "moz-cite-prefix", "x_moz-cite-prefix", "yahoo-quoted-begin"}
EMPTY_BEFORE = 10
_BLOCKS = {"body", "p", "div", "td", "blockquote", "li", "table"}


def fold_html(html: str) -> tuple[str, str]:
    """The new part and the repeated part, both unsanitised; HTML too heavy to look into comes back whole."""
    if not html.strip() or html_gate.danger(html):
        return html, ""
    try:
        cheap = html_gate.is_cheap(html)
        visible, quoted = _fold(html) if cheap else sandbox.call(f"{__name__}:_fold", html, timeout=2.0)
    except (sandbox.SandboxError, etree.LxmlError, ValueError, RecursionError, AssertionError):
        return html, ""
    return str(visible), str(quoted)


def fold_mail(mail: ParsedMail, markers: tuple[str, ...] = ()) -> tuple[Folded, str, str]:
    """The folded text and the two parts of the HTML of a mail; text made from HTML is folded by its elements first."""
    visible_html, quoted_html = fold_html(mail.html) if mail.html else ("", "")
    if not mail.text_from_html:
        return fold(mail.text, markers), visible_html, quoted_html
    if not quoted_html:
        return fold(mail.text, markers), visible_html, quoted_html
    folded = fold(to_text(visible_html), markers)
    history = "\n".join(filter(None, (folded.quoted, to_text(quoted_html))))
    return Folded(folded.visible, history, folded.signature, "html", folded.warning), visible_html, quoted_html


def _fold(html: str) -> list[str]:
    root = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    body = root.find("body")
    if body is None:
        return [html, ""]
    moved: list[lxml_html.HtmlElement] = []
    inside: set[lxml_html.HtmlElement] = set()
    for element, rest in list(_marks(body)):
        if element in inside or not inside.isdisjoint(element.iterancestors()):
            continue
        attribution = _attribution_before(element)
        if attribution is not None:
            moved.append(attribution)
        moved.append(element)
        inside.update(moved[-2:])
        if rest:
            moved += _everything_after(element, body)
            break
    if not moved:
        return [html, ""]
    quoted = "".join(_take(element) for element in moved)
    if not "".join(map(str, body.itertext())).strip() and body.find(".//img") is None:
        return [html, ""]
    return [_inner(body), quoted]


def _marks(body: lxml_html.HtmlElement) -> Iterator[tuple[lxml_html.HtmlElement, bool]]:
    """Elements that hold history, and whether everything behind them is history too."""
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        names = set((element.get("class") or "").split())
        name = (element.get("id") or "").lower()
        if name in _REST_IDS or name.startswith(_REST_PREFIXES):
            yield element, True
        elif (names & _ONLY_CLASSES and not _is_forward(element)) or (
            element.tag == "blockquote" and _is_cited(element)
        ):
            yield element, False
        elif element.tag in ("b", "strong", "span", "font", "p", "div") and FROM_WORD.fullmatch(
            (element.text or "")[:60]
        ):
            block = _block(element)
            if block is not None and AFTER_FROM.search(_words_from(block)):
                yield (element if _said_before(element, block) else block), True
        elif element.tag in ("p", "div", "span", "font") and SEPARATOR.fullmatch((element.text or "").strip()[:200]):
            yield element, True
        elif "##-" in (element.text or "")[:200] and "-##" in (element.text or "")[:400]:
            yield _block(element) if _block(element) not in (None, body) else element, True


def _is_cited(element: lxml_html.HtmlElement) -> bool:
    """A blockquote of a mail program, or one that an introduction stands before; not one that a person indented."""
    if element.get("type") == "cite" or element.get("cite") or "border-left" in (element.get("style") or ""):
        return True
    return _attribution_before(element) is not None


def _is_forward(element: lxml_html.HtmlElement) -> bool:
    return "orwarded message" in "".join(_some_text(element, 200))


def _attribution_before(element: lxml_html.HtmlElement) -> lxml_html.HtmlElement | None:
    """The element that introduces this one, looking past a few empty ones."""
    before = element.getprevious()
    for _step in range(EMPTY_BEFORE):
        if before is None or (before.tail or "").strip() or "".join(_some_text(before, 50)).strip():
            break
        before = before.getprevious()
    if before is None or not isinstance(before.tag, str):
        return None
    if set((before.get("class") or "").split()) & _ATTRIBUTION_CLASSES:
        return before
    words = "".join(_some_text(before, 400)).strip()
    return before if len(words) < 300 and words.endswith(":") and WROTE.search(words) else None


def _everything_after(element: lxml_html.HtmlElement, body: lxml_html.HtmlElement) -> list[lxml_html.HtmlElement]:
    """All that follows an element in the document, words without an element of their own included."""
    out: list[lxml_html.HtmlElement] = []
    node = element
    while node is not None and node is not body:
        _wrap_tail(node)
        sibling = node.getnext()
        while sibling is not None:
            _wrap_tail(sibling)
            out += [sibling] if isinstance(sibling.tag, str) else []
            sibling = sibling.getnext()
        node = node.getparent()
    return out


def _wrap_tail(node: lxml_html.HtmlElement) -> None:
    """Give the words behind an element an element of their own, so that they can be moved with the rest."""
    if (node.tail or "").strip():
        words = etree.SubElement(node.getparent(), "span")
        words.text, node.tail = node.tail, None
        node.addnext(words)


def _block(element: lxml_html.HtmlElement) -> lxml_html.HtmlElement | None:
    while element is not None and element.tag not in _BLOCKS:
        element = element.getparent()
    return element


def _said_before(element: lxml_html.HtmlElement, block: lxml_html.HtmlElement) -> bool:
    """Whether the block holds words before this element: then only what follows is history."""
    if block.tag == "body":
        return True
    around = set(element.iterancestors())
    for node in block.iter():
        if node is element:
            return False
        if (node.text or "").strip() or (node not in around and (node.tail or "").strip()):
            return isinstance(node.tag, str)
    return False


def _words_from(block: lxml_html.HtmlElement) -> str:
    """The first words of a block and of what stands next to it: mail headers may be one paragraph each."""
    words = "".join(_some_text(block, 1500))
    node = block.getnext()
    for _ in range(4):
        if node is None:
            break
        words += " " + "".join(_some_text(node, 300)) if isinstance(node.tag, str) else ""
        node = node.getnext()
    return words


def _some_text(element: lxml_html.HtmlElement, limit: int) -> Iterator[str]:
    seen = 0
    for piece in element.itertext():
        yield str(piece)
        seen += len(piece)
        if seen > limit:
            return


def _take(element: lxml_html.HtmlElement) -> str:
    """Serialise an element and take it out; the words behind it stay where they are."""
    text = str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
    parent = element.getparent()
    if parent is None:
        return text
    tail, before = element.tail or "", element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
    return text


def _inner(body: lxml_html.HtmlElement) -> str:
    return (body.text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "".join(
        str(etree.tostring(child, encoding="unicode", method="html")) for child in body
    )
