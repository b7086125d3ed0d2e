"""Hostile HTML, made from small hostile pieces, for every place that shows what strangers wrote."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

from itertools import product

_CALL = "window.__hit=1"
_PIECES = [
    "<script>{js}</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>{js}</scr</script>ipt>",
    "<img src=x onerror={js}>",
    "<img src=x oNeRrOr\n=\n'{js}'>",
    '<img """><script>{js}</script>">',
    "<svg onload={js}>",
    "<svg><script>{js}</script></svg>",
    "<svg><animate onbegin={js} attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:{js}'><text y=20>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror={js}></style></mglyph></table></mtext></math>",
    "<math href='javascript:{js}'>x</math>",
    "<iframe src='javascript:{js}'></iframe>",
    "<iframe srcdoc='<script>parent.{js}</script>'></iframe>",
    "<object data='javascript:{js}'></object>",
    "<embed src='javascript:{js}'>",
    "<a href='javascript:{js}'>x</a>",
    "<a href='jav&#x09;ascript:{js}'>x</a>",
    "<a href='java\x00script:{js}'>x</a>",
    "<a href=' &#14;  javascript:{js}'>x</a>",
    "<a href='JaVaScRiPt&colon;{js}'>x</a>",
    "<a href='data:text/html,<script>{js}</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='https://x.test/' onclick={js}>x</a>",
    "<form action='javascript:{js}'><button>x</button></form>",
    "<form><input name=attributes><input formaction='javascript:{js}' type=submit></form>",
    "<base href='https://evil.test/'>",
    "<meta http-equiv=refresh content='0;url=javascript:{js}'>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<style>@import 'https://evil.test/x.css'; body{{background:url(https://evil.test/)}}</style>",
    "<div style='background:url(https://evil.test/a.png)'>x</div>",
    "<div style='position:fixed;inset:0;z-index:9999'>x</div>",
    "<div style='width:expression({js})'>x</div>",
    "<div style='background:u\\72l(https://evil.test/)'>x</div>",
    "<noscript><p title='</noscript><img src=x onerror={js}>'></noscript>",
    "<template><script>{js}</script></template>",
    "<textarea><script>{js}</script></textarea>",
    "<title><script>{js}</script></title>",
    "<details open ontoggle={js}>x</details>",
    "<video><source onerror={js}></video>",
    "<marquee onstart={js}>x</marquee>",
    "<body onload={js}>",
    "<table background='javascript:{js}'><td>x</td></table>",
    "<p id=app name=htmx class='modal is-open' hx-get=/x hx-trigger=load data-hx-on=1>x</p>",
    "<!--><img src=x onerror={js}>-->",
    "<![CDATA[<img src=x onerror={js}>]]>",
    "<xmp><p title='</xmp><img src=x onerror={js}>'></xmp>",
    "<select><option><style></option></select><img src=x onerror={js}></style>",
]
_WRAPS = ["{piece}", "<div><p>Hello {piece} there</p></div>", "<table><tr><td>{piece}</td></tr></table>", "<blockquote>{piece}",
          "<svg><desc>{piece}</desc></svg>", "<b><i>{piece}</b></i>"]  # fmt: skip

VECTORS = [wrap.format(piece=piece.format(js=_CALL)) for piece, wrap in product(_PIECES, _WRAPS)]
