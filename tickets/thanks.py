"""Is this only a thank-you? Asked of answers to solved tickets, so it says yes only when nothing else can be meant."""

from __future__ import annotations

import re

LONGEST = 160

# Every word must be one of these (or a name); at least one must be of the first list. A word that could turn the
# meaning round (but, not, no, still, men, ikke, ale, nie, але, не…) is in neither, so it makes an answer of it.
_THANKS = frozenset(
    """
    thanks thank thx ty cheers appreciated tak takk tack danke dank merci gracias grazie obrigado obrigada bedankt
    dziękuję dziekuje dzięki dzieki дякую спасибі спасибо
    """.split()
)
_PLEASANTRIES = frozenset(
    """
    you so very much a lot again for your the help quick reply answer everything all that it works work working now
    is perfect great super awesome excellent wonderful good nice solved fixed ok okay hi hello hej dear have day
    weekend best kind regards many
    tusen tusind mange hjælpen hjælp hjelpen hurtigt hurtige svar svaret rask det virker nu nå fungerer ha hav en god
    dag alt i orden fint flot dejligt mvh med venlig vennlig hilsen hilsner kære
    bardzo za pomoc szybką odpowiedź działa już wszystko pozdrawiam pozdrowienia miłego dnia
    дуже за допомогу швидку відповідь все усе працює вже гарного дня з повагою
    vielen viele für ihre die hilfe funktioniert jetzt sehr gut alles mit freundlichen grüßen mfg
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Beside words: spaces, gentle punctuation, signs of joy. A digit, a question mark, a link makes it an answer.
_BETWEEN = re.compile(r"[\s.,;:!)(–—*_~🙏👍😊🙂😀❤️💛✅🎉-]*")


def is_plain_thanks(text: str, names: tuple[str, ...] = ()) -> bool:
    """True when the words are thanks and pleasantries and nothing else; `names` may stand in it as well."""
    text = text.strip().lower()
    if not text or len(text) > LONGEST:
        return False
    words = _WORD.findall(text)
    if not _BETWEEN.fullmatch(_WORD.sub("", text)) or not _THANKS.intersection(words):
        return False
    known = {part.lower() for name in names for part in _WORD.findall(name) if len(part) > 1}
    return all(word in _THANKS or word in _PLEASANTRIES or word in known for word in words)
