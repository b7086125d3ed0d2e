"""Guess the charset of undeclared letters by how the words would look; made for texts of a few words."""

from __future__ import annotations

SAMPLE = 4_000
_SINGLE = ("cp1252", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1255")
_COMMON_LATIN = set("äöüßåæøéèêëàâçñáíóúãõîïôûùœÄÖÜÅÆØÉÀÇÑÁÍÓÚ«»°§´’‘“”–—…€£©®\xa0·×²³½¿¡")
_COMMON_SLAVIC = set("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽäôľĺŕ„”–…\xa0")


def detect(data: bytes, prior: str = "") -> str:
    """The likeliest codec of bytes that are not UTF-8; `prior` (declared or seen before) wins when equally likely."""
    sample = data[:SAMPLE]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if sample.count(0) * 3 > len(sample) > 3:
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    scores = {codec: _score(sample, codec) + (0.02 if codec == prior else 0.0) for codec in _SINGLE}
    best = max(_SINGLE, key=lambda codec: scores[codec])
    wide = _wide(sample) if scores[best] < 0.93 or best in ("cp1252", "cp1250") else ""
    if wide:
        return wide
    if prior and prior not in _SINGLE and _decodes(sample, prior):
        return prior
    return best


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        sample[: len(sample) - 4 if len(sample) == SAMPLE else None].decode(codec)
    except (UnicodeError, LookupError):
        return False
    return True


def _wide(sample: bytes) -> str:
    """East Asian two-byte codes: the high bytes come in pairs whose first byte lies where the common signs are."""
    pairs = _pairs(sample)
    if len(pairs) < 2:
        return ""
    leads = [lead for lead, _ in pairs]
    usual = [lead for lead in leads if lead >= 0xB0]
    if all(trail >= 0xA1 for _, trail in pairs):
        hangul = sum(0xB0 <= lead <= 0xC8 for lead in leads)
        kana = sum(lead in (0xA4, 0xA5) for lead in leads)
        common = sum(0xB0 <= lead <= 0xD7 for lead in leads)
        if kana * 3 > len(leads) and _decodes(sample, "euc_jp"):
            return "euc_jp"
        if hangul >= 0.95 * len(usual) and hangul >= 0.8 * len(leads) and len(leads) >= 4 and _decodes(sample, "cp949"):
            return "cp949"
        if common >= 0.8 * len(usual) and common >= 0.5 * len(leads) and _decodes(sample, "gb18030"):
            return "gb18030"
    if sum(lead in (0x82, 0x83, 0x81) for lead in leads) * 2 > len(leads) and _decodes(sample, "cp932"):
        return "cp932"
    big5 = sum(0xA4 <= lead <= 0xC6 and (0x40 <= trail <= 0x7E or trail >= 0xA1) for lead, trail in pairs)
    low = sum(trail < 0x7F for _, trail in pairs)
    return "big5hkscs" if big5 > 0.9 * len(leads) and low * 5 > len(leads) and _decodes(sample, "big5hkscs") else ""


def _pairs(sample: bytes) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    index, end = 0, len(sample) - 1
    while index < end:
        if sample[index] > 0x80:
            if sample[index + 1] < 0x40:
                return []
            out.append((sample[index], sample[index + 1]))
            index += 2
        else:
            index += 1
    return out


def _score(sample: bytes, codec: str) -> float:
    """How much the foreign letters look like words in this codec: 1 all of them, below 0 none."""
    text = sample.decode(codec, "replace")
    foreign = good = bad = 0.0
    before = " "
    for char in text:
        if char > "\x7f":
            foreign += 1
            fits = _fits(char, before, codec)
            good += fits > 0
            bad += -fits if fits < 0 else 0
        elif char.isalpha() and before > "\x7f" and codec not in ("cp1252", "cp1250") and before.isalpha():
            bad += 1
        before = char
    return (good - bad) / foreign if foreign else 0.0


def _fits(char: str, before: str, codec: str) -> float:
    if char == "\ufffd" or char < "\xa0":
        return -1.0
    if codec in ("cp1252", "cp1250"):
        if char not in (_COMMON_LATIN if codec == "cp1252" else _COMMON_SLAVIC):
            return -0.3
        if not char.isalpha() and before.isalpha() and char in "¿¡³²¹½°§£€©®":
            return -0.5
        if char.isupper() and before.islower():
            return -0.5
        in_a_row = char.isalpha() and before.isalpha() and before > "\x7f"
        return (0.7 if codec == "cp1250" else -0.5) if in_a_row else 1.0
    if not char.isalpha():
        return 0.3 if char in "«»–—…№„“”’\xa0·" else -0.5
    home = {"cp1251": "\u0400", "koi8_r": "\u0400", "cp1253": "\u0370", "cp1255": "\u0590"}[codec]
    if not home <= char < chr(ord(home) + 0x100 - (0x60 if codec == "cp1253" else 0)):
        return -0.5
    if before.isascii() and before.isalpha():
        return -1.0
    return -0.6 if char.isupper() and before.islower() else 0.5 if char.isupper() and before.isupper() else 0.95
