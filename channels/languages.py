"""How mail clients introduce the message they answer, in the languages that our customers write in."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

import re

_FROM = (
    "from|von|fra|od|från|de|da|van|від|от|lähettäjä|expéditeur|remitente|mittente|afzender|nadawca|gönderen|发件人|寄件者|寄件人|差出人|보낸 ?사람|"
    "de la part de|avsändare|feladó"
)
_DATE = (
    "sent|date|message du|gesendet|datum|sendt|dato|skickat|wysłano|wysłane|data|envoyé|envoyée|fecha|enviado|enviado el|inviato|verzonden|надіслано|дата|"
    "отправлено|lähetetty|päivämäärä|odesláno|sendt den|发送时间|日期|日時|送信日時|보낸 ?날짜|날짜|tarih|sent at|sent on|received"
)
_TO = "to|an|til|till|do|à|a|para|aan|кому|vastaanottaja|komu|destinataire|destinatario|收件人|宛先|받는 ?사람|odbiorca|kime"
_SUBJECT = "subject|betreff|emne|ämne|temat|objet|asunto|oggetto|onderwerp|тема|aihe|předmět|assunto|主题|主旨|件名|제목|konu|re|sujet"
_OTHER = "cc|copie à|copie a|kopi|kopia|copie|kopie|копія|копия|dw|udw|bcc|reply-to|responder a|antwort an|organization|attachments|importance|抄送|참조"
HEADER_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"[\s*_]{{0,6}}(?:{names})[\s*_]{{0,3}}[:：]", re.I))
    for role, names in (("from", _FROM), ("date", _DATE), ("to", _TO), ("subject", _SUBJECT), ("other", _OTHER))
)
FROM_WORD = re.compile(rf"\s*(?:{_FROM})\s*[:：]\s*", re.I)
AFTER_FROM = re.compile(rf"(?:{_DATE}|{_SUBJECT})\s*[:：]", re.I)

SEPARATOR = re.compile(
    r"""[\s*>_]{0,10}(?:[-_=]{2,40}\s{0,3}(?:
    original[ ](?:message|email|mail|text|appointment)|original|reply[ ]message|forwarded[ ](?:message|by)[^-]{0,100}|ursprüngliche[ ](?:nachricht|e-?mail|mail)
    |ursprungliche[ ]nachricht|urspruengliche[ ]nachricht|weitergeleitete[ ]nachricht|oprindelig[ ](?:meddelelse|besked)|opprinnelig[ ](?:melding|e-?post)
    |videresendt[ ](?:meddelelse|melding|besked)|ursprungligt[ ]meddelande|vidarebefordrat[ ]meddelande|alkuperäinen[ ]viesti
    |(?:oryginalna[ ]wiadomość|wiadomość[ ]oryginalna|treść[ ]oryginalnej[ ]wiadomości|wiadomość[ ]przekazana)
    |(?:вихідне|оригінальне|початкове|переслане)[ ]повідомлення|(?:исходное|оригинальное|пересылаемое|пересылаемое)[ ]сообщение
    |message[ ]d['’]origine|message[ ](?:original|transféré|transmis)|courriel[ ]original|mensaje[ ](?:original|reenviado)|messaggio[ ](?:originale|inoltrato)
    |mensagem[ ](?:original|encaminhada)|oorspronkelijk[ ]bericht|doorgestuurd[ ]bericht|původní[ ]zpráva|原始邮件|原始郵件|転送メッセージ|원본[ ]메시지|오리지널[ ]메시지
    )[\s:]{0,3}[-_=]{2,40}.{0,100}
    |begin[ ]forwarded[ ]message\s?:|anfang[ ]der[ ]weitergeleiteten[ ](?:nachricht|e-?mail)\s?:|start[ ]på[ ]videresendt[ ](?:besked|melding|e-?mail)\s?:
    |(?:vidarebefordrat[ ]brev|inizio[ ]messaggio[ ]inoltrato|inicio[ ]del[ ]mensaje[ ]reenviado|début[ ]du[ ]message[ ](?:réexpédié|transféré)|doorgestuurd[ ]bericht)\s?:
    |-{3,}\s?(?:reply|answer)\s(?:above|over)\s.{0,80}
    )\s{0,5}""",
    re.I | re.X,
)

WROTE = re.compile(
    r"""(?:\b(?:wrote|writes|schrieb|skrev|schreef|pisze|napisał(?:\(a\)|a)?|nadesłał|escribi[óo]|escreveu|kirjoitti|napsal(?:\(a\)|a)?|yazdı|írta|a\s+scris
    |geschrieben|said|sent\s+the\s+following)|a\s*[ée]crit|ha\s+scritto|пише|писав|написав(?:\(-ла\)|ла)?|написал(?:\(а\)|а)?|пишет|schrieb\s+am
    |写道|寫道|さんは書きました|님이\s*작성|のメール|作成)""",
    re.I | re.X,
)
OPENER = re.compile(
    r"""[\s>*-]{0,20}(?:(?:on|am|den|le|el|il|op|em|dnia|w\s+dniu|dne|på|kl|
    mon|tue|wed|thu|fri|sat|sun|man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön|mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|
    montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lun|jeu|ven|sam|dim|pon|wt|śr|czw|pt|sob|niedz|niedziela|
    пн|вт|ср|чт|пт|сб|нд|вс|від|понеділок|вівторок|середа|четвер|п.ятниця|субота|неділя)\b
    |(?:at|om|in|ma|ti|ke|to|pe|la|su|mo|di|mi|do|fr|sa|so|mar|mer|від|от)\b[.,]{0,2}\s{1,3}\d|\d{1,4}[-/.年월\s]|["“'‘<])""",
    re.I | re.X,
)
DATED_SENDER = re.compile(
    r"[\s>*-]{0,10}(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\w{2,4},? \d{1,2}\.? \w{3,10}\.? \d{4})"
    r"(?:.{3,200}<\s?(?:mailto:)?[^<>@]{1,80}@[^<>\s]{1,120}>\s?[:：]?\s*| \d\d:\d\d GMT[+-]\d\d:\d\d .{1,60})"
)
CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
ENDS_WITH_SENDER = re.compile(r"<\s?(?:mailto:)?[^<>@]{1,80}@[^<>\s]{1,120}>\s?[:：]")
SENT_FROM = re.compile(
    r"""\s*(?:sent\s+(?:from|with|via|using)\s+(?:my|the|a|an|outlook|yahoo|mail|proton|gmail|samsung|windows|mobile|iphone|ipad)|get\s+outlook\s+for|from\s+my\s+(?:iphone|ipad|mobile|android)
    |gesendet\s+(?:von|mit|über|via)\s|von\s+meine[mr]\s+(?:iphone|ipad|handy)|sendt\s+fra\s|hent\s+outlook|skickat\s+från|hämta\s+outlook|wysłan[oe]\s+z\s|pobierz\s+(?:aplikację\s+)?outlook
    |надіслано\s+з|отправлено\s+(?:из|с)\s|envoy[ée]e?\s+(?:de(?:puis)?|à\s+partir)\s|télécharger\s+outlook|enviado\s+(?:desde|do|a\s+partir)|inviato\s+da(?:l)?|scarica\s+outlook
    |verzonden\s+(?:vanaf|met|via)|lähetetty\s|odesláno\s+z|从我的.{1,20}发送|发自我的|iPhoneから送信|나의\s*iPhone에서\s*보냄)""",
    re.I | re.X,
)
_COMMON = {
    "da": "jeg ikke det er og har til kan hvis med venlig hilsen mvh tak hej",
    "nb": "jeg ikke det er og har til kan hvis med vennlig hilsen takk hei noen",
    "sv": "jag inte det är och har till kan om med vänliga hälsningar tack hej",
    "pl": "nie jest się na do że dzień dobry proszę pozdrawiam mam czy dziękuję",
    "uk": "не що це та я ви будь ласка дякую вітаю добрий день є як",
    "ru": "не что это и я вы пожалуйста спасибо здравствуйте есть как мы",
    "de": "ich nicht das ist und habe mit freundlichen grüßen bitte danke hallo die wir",
    "fr": "je ne pas est et vous avec bonjour merci cordialement les pour nous",
    "nl": "ik niet het is en heb met vriendelijke groet bedankt hallo een graag",
    "es": "no es el que con hola gracias saludos por favor una los para",
    "it": "non il che con ciao grazie saluti per favore una sono buongiorno",
    "en": "i not the is and have with regards please thanks hello you to my",
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}


def guess_language(text: str) -> str:
    """The language of a text by its commonest words, "" when it is too short or too close to call."""
    words = re.findall(r"[^\W\d_]+", text[:3000].lower())
    scores = sorted(((sum(word in known for word in words), code) for code, known in _WORDS.items()), reverse=True)
    (best, code), (second, _) = scores[0], scores[1]
    return code if best >= 3 and best > second else ""
