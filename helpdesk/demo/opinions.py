"""What customers of the invented company write when they are asked how it went, by language and by how it went."""

from __future__ import annotations

GOOD: dict[str, tuple[str, ...]] = {
    "en": (
        "Quick and friendly, thank you!",
        "Answered within the hour and the problem was gone. Great.",
        "Somebody actually read what I had written. That is rare.",
        "Clear instructions, worked the first time.",
        "Lovely people. The bike is back on the road.",
        "Very helpful, even on a busy day.",
        "All good.",
    ),
    "da": (
        "Hurtigt og venligt svar, tak!",
        "Fik hjælp samme dag, og cyklen kører igen.",
        "Dejligt at tale med nogen, der ved noget om cykler.",
        "Det var let at forstå, hvad jeg skulle gøre.",
        "Super service, som altid.",
        "Alt i orden.",
    ),
    "nb": (
        "Raskt og hyggelig svar, takk!",
        "Fikk hjelp samme dag. Veldig fornøyd.",
        "Tydelig forklart, og det virket på første forsøk.",
        "Flinke folk, og sykkelen er på veien igjen.",
        "Bra service, også når dere har det travelt.",
        "Alt i orden.",
    ),
    "pl": (
        "Szybko i miło, dziękuję!",
        "Odpowiedź w ciągu godziny i problem rozwiązany.",
        "Wszystko jasno wyjaśnione, zadziałało od razu.",
        "Bardzo pomocna obsługa, polecam.",
        "Rower znowu jeździ. Świetna robota.",
        "Wszystko w porządku.",
    ),
    "uk": (
        "Швидко та привітно, дякую!",
        "Відповіли за годину, і проблему вирішено.",
        "Усе зрозуміло пояснили, спрацювало з першого разу.",
        "Дуже уважні люди, велосипед знову на ходу.",
        "Чудовий сервіс, дякую за терпіння.",
        "Усе добре.",
    ),
    "de": (
        "Schnell und freundlich, danke!",
        "Am selben Tag geholfen, das Rad läuft wieder.",
        "Verständlich erklärt, hat sofort geklappt.",
        "Sehr nette Beratung.",
        "Alles bestens.",
    ),
}

MIDDLING: dict[str, tuple[str, ...]] = {
    "en": (
        "It got solved in the end, but I had to ask twice.",
        "Friendly, though it took a few days.",
        "The answer was fine. Finding out where to write was not.",
    ),
    "da": (
        "Det blev løst, men jeg måtte skrive to gange.",
        "Venligt, men det tog nogle dage.",
        "Svaret var fint, ventetiden var det ikke.",
    ),
    "nb": (
        "Det ordnet seg til slutt, men jeg måtte spørre to ganger.",
        "Hyggelig, men det tok noen dager.",
        "Svaret var greit, ventetiden var det ikke.",
    ),
    "pl": (
        "W końcu się udało, ale dopiero po drugim mailu.",
        "Miło, ale trwało to kilka dni.",
        "Odpowiedź dobra, czas oczekiwania już nie.",
    ),
    "uk": (
        "Зрештою вирішили, але довелося писати двічі.",
        "Привітно, але зайняло кілька днів.",
        "Відповідь добра, а от чекати довелося довго.",
    ),
    "de": (
        "Am Ende gelöst, aber ich musste zweimal nachfragen.",
        "Freundlich, hat aber ein paar Tage gedauert.",
    ),
}

BAD: dict[str, tuple[str, ...]] = {
    "en": (
        "I waited three days for an answer that did not answer my question.",
        "You closed my ticket, and the bike still makes the noise.",
        "I had to explain everything again to each new person.",
        "Nobody told me that the part would take two weeks.",
        "A standard text. I do not think anybody read my mail.",
    ),
    "da": (
        "Jeg ventede tre dage på et svar, der ikke svarede på mit spørgsmål.",
        "I lukkede sagen, men cyklen larmer stadig.",
        "Jeg måtte forklare det hele igen til hver ny person.",
        "Ingen fortalte mig, at delen ville tage to uger.",
    ),
    "nb": (
        "Jeg ventet tre dager på et svar som ikke svarte på spørsmålet mitt.",
        "Dere lukket saken, men sykkelen bråker fortsatt.",
        "Jeg måtte forklare alt på nytt til hver ny person.",
        "Ingen fortalte meg at delen ville ta to uker.",
    ),
    "pl": (
        "Trzy dni czekania na odpowiedź, która nie odpowiada na moje pytanie.",
        "Zgłoszenie zamknięte, a rower dalej hałasuje.",
        "Każdej kolejnej osobie trzeba było tłumaczyć wszystko od nowa.",
        "Nikt nie uprzedził, że część przyjdzie za dwa tygodnie.",
    ),
    "uk": (
        "Три дні очікування, а відповідь не на моє запитання.",
        "Звернення закрили, а велосипед далі шумить.",
        "Кожній новій людині доводилося пояснювати все спочатку.",
        "Ніхто не попередив, що деталь їхатиме два тижні.",
    ),
    "de": (
        "Drei Tage gewartet, und dann ging die Antwort an meiner Frage vorbei.",
        "Das Ticket ist zu, aber das Rad macht immer noch Geräusche.",
        "Ich musste jedem alles noch einmal erklären.",
    ),
}


def words_for(language: str, score: int) -> tuple[str, ...]:
    """What somebody who gives this score might write."""
    said = GOOD if score > 3 else MIDDLING if score == 3 else BAD
    return said.get(language, said["en"])
