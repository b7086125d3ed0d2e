"""Is this only a thank-you? Asked of answers to solved tickets, so it says yes only when nothing else can be meant."""

from __future__ import annotations

import re

LONGEST = 160

_THANKS = (
    r"thanks?|thank you|thx|ty|cheers|much appreciated|tak|tusen takk|takk|mange tak|tusind tak|tack|danke|vielen dank"
    r"|merci|gracias|grazie|obrigad[oa]|bedankt|dank je|dziękuję|dzieki|dzięki|dziekuje"
    r"|дякую|дуже дякую|спасибі|спасибо"
)
_FILLER = (
    r"so much|very much|a lot|again|for your help|for the help|for the quick (?:reply|answer|help)|for everything|all"
    r"|you|that works|it works|it works now|works now|works|working now|perfect|great|super|awesome|excellent|wonderful"
    r"|all good|all good now|problem solved|solved|ok|okay|hi|hello|hej|dear|have a (?:nice|great|good) (?:day|weekend)"
    r"|for hjælpen|for hjælp|for hurtigt svar|det virker|det virker nu|det fungerer|nu virker det"
    r"|ha en god dag|hav en god dag"
    r"|for hjelpen|for rask svar|nå fungerer det|alt i orden|fint|flot|dejligt"
    r"|bardzo|za pomoc|za szybką odpowiedź|działa|już działa|wszystko działa|pozdrawiam|miłego dnia"
    r"|за допомогу|за швидку відповідь|все працює|працює|гарного дня|für ihre hilfe|für die hilfe|funktioniert|sehr|gut"
    r"|best regards|kind regards|regards|best|mvh|med venlig hilsen|venlig hilsen|hilsen|hilsner|vennlig hilsen"
)
_TOKENS = re.compile(rf"(?:{_THANKS}|{_FILLER})(?!\w)", re.IGNORECASE)
_HAS_THANKS = re.compile(rf"(?<!\w)(?:{_THANKS})(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[\s.,;:!)(–—*_~🙏👍😊🙂😀❤️💛✅-]*")


def is_plain_thanks(text: str, names: tuple[str, ...] = ()) -> bool:
    """True when the words are thanks and pleasantries and nothing else.

    A question mark, a digit, a link, an unknown word or more than LONGEST characters all say no. `names` (the
    writer's and the agents' own) may stand in it as greeting or signature.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or "?" in text or not _HAS_THANKS.search(text):
        return False
    known = {part.lower() for name in names for part in name.split() if len(part) > 1}
    at = _skip(text, 0)
    while at < len(text):
        token = _TOKENS.match(text, at)
        if token:
            at = token.end()
        else:
            word = _WORD.match(text, at)
            if word is None or word.group().lower() not in known:
                return False
            at = word.end()
        at = _skip(text, at)
    return True


def _skip(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at
