"""Words by which machines give themselves away in the languages that our customers' mail systems speak."""

# ruff: noqa: E501 - tables of words and mails read better unbroken

from __future__ import annotations

import re

AWAY_SUBJECT = re.compile(
    r"""^\s*(?:(?:re|fwd?|aw|sv|odp|vs)\s*:\s*){0,3}(?:\[[^\]]{0,30}\]\s*)?(?:
    auto(?:matic|mated|matisk|matische|matyczna|matique|mática|matica)?[\s-]?(?:re(?:ply|sponse|spons|ponse)|answer|svar|antwort
        |antwoord|odpowied[zź]|réponse|respuesta|risposta)\b
    |autom(?:atisk|atyczna|atisches|atische|atiska|atické)\s+\w*(?:svar|odpowied|antwort|abwesenheit|odpov)
    |autosvar|autoreply|auto\s*:|réponse\s+automatique|respuesta\s+automática|risposta\s+automatica|resposta\s+automática
    |out\s+of\s+(?:the\s+)?office|away\s+from\s+(?:the\s+|my\s+)?(?:office|mail|desk)|vacation\s+(?:reply|notice|message)
    |i\s+am\s+(?:currently\s+)?(?:out|away)|on\s+(?:annual\s+)?(?:leave|vacation|holiday)\b
    |abwesenheits?(?:notiz|nachricht|benachrichtigung)|abwesend|nicht\s+im\s+(?:haus|büro)
    |frav(?:ær|er)(?:ende|smelding|sbesked)?\b|ikke\s+til\s+stede|fraværsassistent|ute\s+av\s+kontoret|på\s+ferie
    |frånvaro|inte\s+på\s+kontoret|poissa\s+toimistosta|automaattinen\s+vastaus
    |nieobecno[sś][cć]|poza\s+biurem|jestem\s+na\s+urlopie|автовідповід|автоматична\s+відповідь|відсутн
    |автоответ|автоматический\s+ответ|absence\s+du\s+bureau|absent\s+du\s+bureau|fuera\s+de\s+(?:la\s+)?oficina|fuori\s+(?:sede|ufficio)
    |afwezig|buiten\s+kantoor|niet\s+aanwezig|自动回复|自動回覆|自動応答|不在通知|자동\s*회신
    )""",
    re.I | re.X,
)
AWAY_BODY = re.compile(
    r"""out\s+of\s+(?:the\s+)?office|(?:currently|am)\s+(?:away|on\s+(?:vacation|leave|holiday))|limited\s+access\s+to\s+(?:my\s+)?e-?mail
    |automat(?:ic|ed)\s+(?:reply|response|e-?mail)|thank\s+you\s+for\s+your\s+e-?mail|this\s+is\s+an\s+auto(?:matic|mated)?
    |automatisch(?:e|es|er)?\s+(?:antwort|abwesenheit)|ich\s+bin\s+(?:derzeit\s+|zur\s+zeit\s+)?(?:nicht\s+im|abwesend|im\s+urlaub)
    |jeg\s+er\s+(?:på\s+ferie|ikke\s+på\s+kontoret|ute\s+av)|jestem\s+(?:na\s+urlopie|poza\s+biurem|nieobecn)
    |je\s+suis\s+(?:actuellement\s+)?(?:absent|en\s+congé)|estoy\s+fuera|sono\s+fuori|я\s+у\s+відпустці|в\s+отпуске|ben\s+(?:afwezig|niet\s+aanwezig)""",
    re.I | re.X,
)
FAILURE_SUBJECT = re.compile(
    r"""undeliver|undelivered|non[- ]?deliver|returned\s+(?:mail|to\s+sender)|returning\s+(?:message|mail|to)|returned\s*:
    |(?:mail|message|delivery|deliver|notification|status)\W{0,3}\s*(?:has\s+)?(?:failed|failure|problem|error)|failure\s+(?:notice|delivery)
    |delivery\s+(?:status\s+)?(?:notification|has\s+failed|report|error|status)|delivery\s+to\s+.{1,80}\s+failed|could\s+not\s+be\s+delivered
    |mail\s+system\s+error|address\s+(?:not\s+found|rejected)|message\s+(?:not\s+delivered|rejected|blocked)|rejected\s*:|nondeliverable
    |unzustellbar|nicht\s+zugestellt|zustellung\s+fehlgeschlagen|fehlgeschlagene\s+zustellung|kunne\s+ikke\s+leveres|uleveret|ikke\s+levert
    |returpost|nie\s+dostarczon|niedostarczon|zwrot\s+wiadomo|non\s+remis|échec\s+de\s+(?:la\s+)?remise|onbestelbaar|no\s+entregado
    |mancata\s+consegna|impossibile\s+recapitare|не\s+доставлен|невозможно\s+доставить|配信不能|配信に失敗|無法傳遞|退信""",
    re.I | re.X,
)
DELAY = re.compile(
    r"""delay(?:ed)?\s+(?:mail|delivery|\d)|(?:message|mail|delivery)\s+(?:is\s+|has\s+been\s+)?(?:\S{1,60}\s+)?delayed|still\s+being\s+retried
    |will\s+(?:be\s+retried|keep\s+trying|continue\s+trying)|you\s+do\s+not\s+need\s+to\s+resend|no\s+action\s+is\s+required\s+on\s+your\s+part
    |delivery\s+status\s+notification\s+\(delay\)|verzöger|forsinket|opóźni|затриман""",
    re.I | re.X,
)
FAILURE_BODY = re.compile(
    r"""permanent\s+(?:fatal\s+|delivery\s+)?(?:error|failure)s?|could\s+not\s+be\s+delivered|(?:unable|wasn't\s+able|was\s+not\s+able|failed)\s+to\s+deliver
    |delivery\s+(?:to\s+the\s+following|failed|error)|did\s+not\s+reach\s+(?:the\s+following|some)|had\s+(?:delivery\s+problems|permanent)
    |error\s+(?:occurred\s+)?(?:while\s+trying\s+to\s+deliver|delivering)|user\s+unknown|unknown\s+user|unknown\s+recipient|no\s+such\s+user|mailbox\s+(?:is\s+)?full|over\s+quota
    |no\s+valid\s+recipients|recipients?\s+(?:address\s+)?(?:rejected|was\s+rejected|not\s+found)|qmail-send|message\s+that\s+you\s+sent
    |host\s+(?:not\s+found|unknown|or\s+domain)|could\s+not\s+be\s+reached|\b5\d\d[ -]+#?5\.\d{1,2}\.\d{1,3}\b|\bstatus:\s*5\.
    |konnte\s+nicht\s+zugestellt|nicht\s+zustellbar|kunne\s+ikke\s+leveres|nie\s+mog[łl]a\s+zosta[ćc]\s+dostarczona|n'a\s+pas\s+pu\s+être\s+(?:remis|distribu)
    |не\s+может\s+быть\s+доставлено|не\s+доставлено|投稿できなかった|送信できません|exceed.{1,40}(?:quota|limit)""",
    re.I | re.X,
)
