"""What is said in Polish."""

from helpdesk.demo.words import Manners, Words

MANNERS = Manners(
    greetings=("Dzień dobry,", "Dzień dobry Państwu,", "Witam,", "Szanowni Państwo,", "Cześć,", "Dobry wieczór,"),
    asides=(
        "Kupuję u Państwa od lat i pierwszy raz coś poszło nie tak.",
        "Można też do mnie zadzwonić, najlepiej przed południem.",
        "W przyszłym tygodniu wyjeżdżam, więc bardzo proszę o szybką odpowiedź.",
        "Przepraszam, jeśli odpowiedź jest już na stronie.",
        "To ma być prezent, więc trochę martwię się o termin.",
        "Najpierw próbował[em/am] na czacie, ale był nieczynny.",
        "Poza tym jestem z roweru bardzo zadowolon[y/a].",
    ),
    farewells=(
        "Pozdrawiam",
        "Z poważaniem",
        "Z góry dziękuję",
        "Pozdrawiam serdecznie",
        "Dziękuję i pozdrawiam",
        "Miłego dnia",
    ),
    hello="Dzień dobry,",
    leads=(
        "dziękujemy za wiadomość.",
        "dziękuję za wiadomość i dokładny opis.",
        "bardzo mi przykro z powodu kłopotu.",
        "dziękuję za kontakt.",
        "cieszę się, że mogę pomóc.",
        "właśnie to sprawdził[em/am].",
    ),
    offers=(
        "W razie pytań wystarczy odpowiedzieć na tę wiadomość.",
        "Proszę dać znać, jeśli mogę jeszcze w czymś pomóc.",
        "Gdyby coś nie zadziałało, proszę odpisać, sprawdzę to jeszcze raz.",
        "Życzę udanej jazdy!",
        "",
    ),
    regards="Pozdrawiam\n{agent}",
    wait=(
        "Poprosił[em/am] magazyn, żeby sprawdził to ręcznie. Odezwę się najpóźniej {soon}.",
        "Na to pytanie musi odpowiedzieć nasz dostawca. Czekam na odpowiedź do {soon} i napiszę niezależnie od tego, co usłyszę.",
    ),
    nudge=(
        "Chciał[em/am] zapytać, czy moje pytanie dotarło. Gdy tylko dostanę odpowiedź, będę działać dalej.",
        "Krótkie przypomnienie: nadal potrzebuję odpowiedzi, żeby móc pomóc.",
    ),
    giving_up=(
        "Nie mam odpowiedzi, więc na razie zamykam sprawę. Wystarczy odpisać w dowolnej chwili, a otworzy się ponownie.",
        "Ponieważ nie ma odpowiedzi, zakładam, że sprawa się rozwiązała. Jeśli nie, proszę napisać.",
    ),
    thanks=(
        "Dziękuję bardzo!",
        "Bardzo dziękuję za szybką odpowiedź!",
        "Super, dziękuję!",
        "Dziękuję za pomoc, miłego dnia!",
        "Działa już, dziękuję!",
    ),
    still=(
        (
            "Dziękuję, ale mam jeszcze jedno pytanie: czy to dotyczy też drugiego produktu z zamówienia?",
            "Tak, dotyczy całego zamówienia {order}. Nic więcej nie trzeba robić.",
        ),
        (
            "Dziękuję. Czy mogę dostać to także na piśmie? Prosi o to mój ubezpieczyciel.",
            "Oczywiście. Pismo z numerem zamówienia {order} i numerem ramy {serial} jest już w drodze pocztą i dotrze do {soon}.",
        ),
    ),
    wrote="W dniu {day} {agent} pisze:",
)

STORIES = {
    "late_parcel": Words(
        (
            "Gdzie jest moje zamówienie {order}?",
            "Zamówienie {order} nie dotarło",
            "Opóźniona dostawa roweru {bike}?",
            "Przesyłka {parcel} od kilku dni stoi w miejscu",
        ),
        (
            "Zamówił[em/am] rower {bike} {date} (zamówienie {order}) z obietnicą dostawy w pięć dni. Nic jeszcze nie przyszło.",
            "Śledzenie przesyłki {parcel} od {date} pokazuje „w drodze”. Czy mogą Państwo ustalić, gdzie ona jest?",
            "Zamówienie {order} miało dotrzeć {date}. Kurier mówi tylko, żeby pytać nadawcę.",
        ),
        (
            "Był[em/am] w domu przez cały dzień i nikt nie dzwonił.",
            "Jeśli to jeszcze potrwa, wolę odebrać go w sklepie.",
            "Kwota {amount} już zeszła z mojego konta.",
        ),
        "Czy mogę prosić o potwierdzenie adresu dostawy i numer telefonu dla kierowcy?",
        "Adres w zamówieniu jest poprawny, wejście od podwórka. Kierowca może dzwonić domofonem z moim nazwiskiem.",
        (
            "Przesyłka {parcel} przez pomyłkę została w sortowni. Kurier załadował ją ponownie i dostarczy do {soon}.",
            "Rower {bike} został zapakowany dzień za późno. Wyjechał dziś rano z numerem {parcel} i dotrze do {soon}.",
        ),
        "Nowy termin też minął, a paczki nadal nie ma. Co teraz?",
        "Zgłosił[em/am] przesyłkę {parcel} jako zaginioną i wysłał[em/am] nową ekspresem. Dotrze do {soon}, koszt jest po naszej stronie.",
    ),
    "return": Words(
        ("Zwrot zamówienia {order}", "Zły rozmiar, czy mogę wymienić rower {bike}?", "Jak odesłać towar?"),
        (
            "Rower {bike} w rozmiarze {size} jest na mnie za duży. Czy mogę wymienić go na mniejszy?",
            "Chcę zwrócić część zamówienia {order}. Towar jest nieużywany i nadal w pudełku.",
            "Kurtka z zamówienia {order} nie pasuje. Jak ją odesłać i kto płaci za przesyłkę?",
        ),
        ("Kupił[em/am] {date}.", "Mam całe opakowanie.", "Zwrot {small} też będzie w porządku."),
        "Lepszy będzie inny rozmiar czy zwrot pieniędzy? I czy jest jeszcze opakowanie?",
        "Inny rozmiar, jeśli jest. Opakowanie jest w całości.",
        (
            "Nie ma problemu. Etykieta zwrotna jest już w drodze; paczkę proszę nadać w dowolnym punkcie do {soon}. Wymienimy towar, gdy tylko zostanie zeskanowana.",
            "Na zwrot jest 30 dni, więc wszystko się zgadza. Zarejestrował[em/am] zwrot {order}; {small} oddamy w ciągu pięciu dni od otrzymania towaru.",
        ),
        "Etykieta nie działa, w punkcie mówią, że kod stracił ważność.",
        "Bardzo przepraszam. Przygotował[em/am] nową etykietę, ważną do {soon}, i sprawdził[em/am] kod u przewoźnika.",
    ),
    "wrong_item": Words(
        ("Zły produkt w zamówieniu {order}", "Klocki hamulcowe zamiast łańcucha", "Zamówienie {order}: czegoś brakuje"),
        (
            "Otworzył[em/am] dziś paczkę z zamówieniem {order}, a w środku były cudze części.",
            "W zamówieniu {order} miał być łańcuch i dwie opony, a dostał[em/am] klocki hamulcowe i jedną oponę.",
            "Przysłali Państwo zamek do innego roweru. Potrzebuję tego do modelu {bike}.",
        ),
        (
            "W załączniku zdjęcie tego, co przyszło.",
            "Na liście przewozowym wszystko się zgadza.",
            "Potrzebuję tego do {soon} na wyprawę.",
        ),
        "Czy mogę prosić o numer artykułu z torebki?",
        "Na etykiecie jest {serial}, torebka nie była otwierana.",
        (
            "To nasz błąd w magazynie. Właściwe części wyjdą dziś w przesyłce {parcel}. Tamte proszę zatrzymać albo komuś oddać.",
            "Brakujący produkt z zamówienia {order} wysłał[em/am] ekspresem, dotrze do {soon}. Przepraszam za pomyłkę.",
        ),
        "Przyszła druga paczka i znowu jest w niej zła część!",
        "Tym razem posz[edłem/łam] do regału i spakował[em/am] właściwą część osobiście. Jest w drodze, numer {parcel}.",
    ),
    "damaged": Words(
        (
            "Porysowana rama, zamówienie {order}",
            "Rower {bike} uszkodzony w transporcie",
            "Krzywe koło w nowym rowerze {bike}",
        ),
        (
            "Rower {bike} przyszedł {date} z głęboką rysą na górnej rurze. W tym miejscu karton miał dziurę.",
            "Tylne koło w rowerze {bike} z zamówienia {order} jest krzywe. Nie da się na nim jeździć.",
            "Karton z zamówieniem {order} był otwarty, a błotnik jest złamany.",
        ),
        (
            "Kierowca zanotował szkodę na swoim ekranie.",
            "Zdjęcia są w załączniku.",
            "Zapłacił[em/am] {amount} i liczę na rower w jednym kawałku.",
        ),
        "Czy mogę prosić o dwa zdjęcia, kartonu i uszkodzenia? Przewoźnik wymaga obu.",
        "Przesyłam zdjęcia. Dziura jest z lewej strony kartonu, mniej więcej na wysokości siodełka.",
        (
            "Dziękuję za zdjęcia. Zgłosił[em/am] szkodę przewoźnikowi. Zapłacimy za naprawę w pobliskim serwisie do kwoty {amount}; wystarczy przesłać nam rachunek.",
            "Nowa część do roweru {bike} wyjdzie dziś w przesyłce {parcel}. Mechanik może ją też zamontować na miejscu, w domu, {soon}.",
        ),
        "Nowa część nie pasuje, otwory są w innym miejscu.",
        "To prawda, była do zeszłorocznego modelu. Właściwa jest w drodze, numer {parcel}, a za kłopot zwracamy {small}.",
    ),
    "advice": Words(
        (
            "Jaki rozmiar ramy na {cm} cm?",
            "Pytanie o rower {bike} przed zakupem",
            "Czy bagażnik pasuje do roweru {bike}?",
        ),
        (
            "Mam {cm} cm wzrostu i wypadam między dwoma rozmiarami roweru {bike}. Który Państwo polecają?",
            "Czy w rowerze {bike} zmieszczą się opony 45 mm z błotnikami? Zimą jeżdżę po szutrze.",
            "Czy rower {bike} jest dostępny w rozmiarze {size} i czy dotrze przed {soon}?",
        ),
        (
            "Długość nogi to mniej więcej połowa wzrostu.",
            "Codziennie dojeżdżam {km} km do pracy.",
            "Mój stary rower miał rozmiar {size}.",
        ),
        "Jaka pozycja jest wygodniejsza, bardziej wyprostowana czy sportowa? Wtedy odpowiem na pewno.",
        "Raczej wyprostowana, mam sztywny kark. I wożę dwie sakwy.",
        (
            "Przy {cm} cm proszę wybrać rozmiar {size}. Z krótkim mostkiem pozycja jest wyprostowana, a kierownicę można jeszcze podnieść o 3 cm.",
            "W rowerze {bike} mieszczą się opony 45 mm z błotnikami. Rozmiar {size} jest dostępny; zamówiony dziś dotrze do {soon}.",
        ),
        "Sprawdził[em/am] u znajomego i wydaje się za długi. Może jednak wziąć mniejszy?",
        "W takim razie rozmiar mniejszy; jest krótszy o 12 mm. Zapisał[em/am] to na koncie, więc wymiana nic nie kosztuje.",
    ),
    "fleet": Words(
        (
            "Oferta na rowery, {n} szt.",
            "Rowery elektryczne dla pracowników, {n} szt.",
            "Umowa serwisowa na nasze rowery",
        ),
        (
            "Chcemy kupić rowery {ebike} dla pracowników, razem {n} szt., i prosimy o ofertę z dostawą przed {soon}.",
            "Wypożyczamy rowery gościom i przed sezonem potrzebny jest przegląd, razem {n} szt. Ile kosztowałaby umowa?",
            "Czy można przedłużyć ofertę z {date} na rowery {bike}, {n} szt.? Zarząd zbiera się później, niż planowano.",
        ),
        ("Lista jest w załączniku.", "Potrzebujemy jednej faktury na całość.", "Kaski i zamki powinny być w cenie."),
        "Jakie rozmiary ram są potrzebne i czy mamy dostarczyć złożone rowery pod jeden adres?",
        "Połowa M, reszta S i L. Jeden adres, rowery złożone, prosimy o samochód z windą.",
        (
            "Oferta na rowery {ebike}, {n} szt., jest już w drodze: {amount} za sztukę ze złożeniem i dostawą, ważna do {soon}.",
            "Do rowerów ({n} szt.) przyjeżdżamy dwa razy w roku. Koszt to {small} za rower i wizytę, części osobno. Umowę wyślę w następnej wiadomości.",
        ),
        "Nasz dział zakupów prosi o termin płatności 30 dni zamiast 14. Czy to możliwe?",
        "Tak, 30 dni to dla nas nie problem. Zmienił[em/am] to w ofercie i na koncie.",
    ),
    "invoice": Words(
        ("Faktura do zamówienia {order}", "Brak NIP na fakturze {invoice}", "Proszę o kopię faktury {invoice}"),
        (
            "Nie mogę znaleźć faktury do zamówienia {order}. Proszę o ponowne przesłanie.",
            "Na fakturze {invoice} brakuje naszego numeru NIP. Księgowa potrzebuje jej przed końcem miesiąca.",
            "Proszę o zmianę adresu na fakturze {invoice} na firmowy zamiast prywatnego.",
        ),
        ("Kwota to {amount}.", "Zamówienie jest z {date}.", "Wystarczy PDF."),
        "Jaka dokładnie nazwa i jaki adres mają być na fakturze?",
        "Takie same jak w zamówieniu, proszę jeszcze dopisać nasz numer {serial}.",
        (
            "Wysłał[em/am] fakturę {invoice} ponownie jako PDF. Jest też w zakładce „Moje zamówienia”.",
            "Poprawił[em/am] fakturę {invoice}, a starą anulował[em/am]. Na nowej jest NIP i suma {amount}.",
        ),
        "Suma na nowej fakturze różni się od poprzedniej. Proszę sprawdzić.",
        "Słuszna uwaga, brakowało kosztu dostawy. Teraz faktura jest poprawna i wynosi {amount}.",
    ),
    "charged_twice": Words(
        ("Podwójna płatność za {order}", "Kwota {amount} pobrana dwa razy", "Zapłacone dwukrotnie"),
        (
            "Z mojej karty pobrano dwa razy {amount} za zamówienie {order}. Zamawiał[em/am] tylko raz.",
            "{date} pobrano {amount}, a następnego dnia tę samą kwotę. Proszę o zwrot jednej z nich.",
            "Strona płatności pokazała błąd, więc zapłacił[em/am] jeszcze raz. Teraz przeszły obie płatności po {amount}.",
        ),
        ("Bank mówi, że tylko Państwo mogą to anulować.", "Zrzut ekranu w załączniku.", "To dla mnie dużo pieniędzy."),
        "Czy mogę prosić o cztery ostatnie cyfry karty i daty obu operacji?",
        "Końcówka 4417. Operacje są z {date} i z następnego dnia, każda na {amount}.",
        (
            "Zgadza się: jedna z nich to tylko blokada i już ją zdj[ąłem/ęłam]. Zniknie do {soon}, zależnie od banku.",
            "Druga płatność za {order} do nas dotarła. Zwrócił[em/am] dziś {amount} na kartę; to potrwa do trzech dni roboczych.",
        ),
        "Minął tydzień, a pieniędzy nadal nie ma.",
        "Sprawdził[em/am] w naszym banku: zwrot {amount} utknął i wychodzi dziś ponownie. Bardzo przepraszam.",
    ),
    "refund": Words(
        ("Brak zwrotu pieniędzy za {order}", "Kiedy dostanę pieniądze?", "Zwrot {amount}"),
        (
            "Odesłał[em/am] zamówienie {order} {date}, ale nie mam jeszcze zwrotu {amount}.",
            "Według śledzenia mój zwrot {order} już do Państwa dotarł. Kiedy będą pieniądze?",
            "Zwrot za {order} jest za niski: dostał[em/am] mniej niż {amount}.",
        ),
        ("Numer paczki to {parcel}.", "Płatność była kartą.", "Od tego czasu mam nową kartę."),
        "Czy od zamówienia karta została wymieniona? Wtedy potrzebuję numeru konta.",
        "Tak, starej karty już nie ma. Nowe konto wpisał[em/am] w profilu.",
        (
            "Zwrot zarejestrowano {date}, a {amount} wyszło dzisiaj. Pieniądze będą na koncie za dwa, trzy dni.",
            "Przez pomyłkę potrącono koszt dostawy. Resztę, czyli {small}, wysłał[em/am] na tę samą kartę.",
        ),
        "Na koncie nadal nic nie ma, w banku też pytał[em/am].",
        "Przelew wrócił przez błędną cyfrę. Dziś wyszedł ponownie na właściwe konto, {amount}.",
    ),
    "plan": Words(
        ("Rezygnacja z planu serwisowego", "Zawieszenie planu na zimę", "Pytanie o plan Plus"),
        (
            "Chcę zrezygnować z planu serwisowego dla roweru {bike} w najbliższym możliwym terminie.",
            "Czy mogę zawiesić plan Plus od {soon}? Rower zimuje w piwnicy.",
            "Plan podrożał do {small} miesięcznie. Co teraz obejmuje?",
        ),
        ("Numer ramy to {serial}.", "Sprzedał[em/am] rower.", "W aplikacji nie ma do tego przycisku."),
        "Czy to ma być całkowita rezygnacja, czy wystarczy przerwa do wiosny?",
        "Przerwa do kwietnia będzie idealna, jeśli cena się nie zmieni.",
        (
            "Plan jest wypowiedziany i kończy się {soon}. Nic więcej nie trzeba robić, potem niczego już nie pobierzemy.",
            "Plan dla ramy {serial} jest zawieszony od {soon}. W kwietniu wznowi się sam w tej samej cenie, {small} miesięcznie.",
        ),
        "Znowu pobrano {small}, choć plan jest wypowiedziany.",
        "Ta płatność była już w drodze. Zwrócił[em/am] {small} i sprawdził[em/am], że kolejnych nie będzie.",
    ),
    "battery": Words(
        ("{ebike}: bateria się nie ładuje", "Rower {ebike} ma tylko {km} km zasięgu", "Błąd {code} na wyświetlaczu"),
        (
            "Bateria w rowerze {ebike} przestaje się ładować przy {full} procentach, a lampka miga na czerwono.",
            "Nowy rower {ebike} przejeżdżał {full} km, teraz tylko {km} km przy tym samym wspomaganiu.",
            "Wyświetlacz pokazuje {code}, a silnik wyłącza się na każdym podjeździe.",
        ),
        ("Kupił[em/am] go {bought}.", "Rower stoi w zimnej szopie.", "Numer ramy to {serial}."),
        "Czy mogę prosić o numer seryjny baterii i opis, jak migają lampki po przytrzymaniu przycisku przez pięć sekund?",
        "Numer seryjny to {serial}. Dwie lampki migają trzy razy, potem wszystkie gasną.",
        (
            "Trzy mignięcia oznaczają, że bateria jest za zimna do ładowania. Niech najpierw postoi dwie godziny w ciepłym pokoju; zasięg też wróci.",
            "{code} to czujnik w korbie. Gwarancja nadal obowiązuje, więc pobliski serwis wymieni go za darmo; można przyjechać od {soon}.",
        ),
        "Po dwóch dniach błąd {code} wrócił.",
        "W takim razie uszkodzona jest sama bateria. Nowa dotrze do {soon}; kierowca zabierze starą.",
    ),
    "app": Words(
        (
            "Aplikacja nie widzi roweru {ebike}",
            "Nie mogę się zalogować do aplikacji",
            "Aplikacja {version} sama się zamyka",
        ),
        (
            "Od aktualizacji do {version} aplikacja nie widzi mojego roweru {ebike}.",
            "Nie mogę zalogować się do aplikacji. Kod, który ma przyjść mailem, nie dociera.",
            "Aplikacja zamyka się zaraz po otwarciu mapy, wersja {version}.",
        ),
        ("Wszystko uruchamiał[em/am] już ponownie.", "Telefon ma dwa lata.", "Zrzut ekranu w załączniku."),
        "Jaki to telefon i jaka wersja, i czy aplikacja ma w ustawieniach zgodę na Bluetooth?",
        "Wersja {version}, a Bluetooth był dla aplikacji wyłączony. Włączył[em/am], ale nadal się nie łączy.",
        (
            "Proszę usunąć rower w zakładce „Moje rowery” i dodać go ponownie z numerem ramy {serial}. Po wersji {version} trzeba to zrobić raz.",
            "W adresie na koncie była literówka. Poprawił[em/am] ją i teraz kod przychodzi w ciągu minuty.",
        ),
        "Działało przez jeden dzień, a teraz rower znowu zniknął z listy.",
        "To błąd po naszej stronie, dotyczy modelu {ebike}. Dzisiejsza wersja go usuwa; po aktualizacji rower zostanie na liście.",
    ),
    "brakes": Words(
        ("Piszczą hamulce tarczowe, {bike}", "Przeskakują biegi, {bike}", "Stukanie w korbie"),
        (
            "Przedni hamulec w rowerze {bike} piszczy tak głośno, że ludzie się oglądają.",
            "W rowerze {bike} przeskakują biegi pod obciążeniem, głównie w środku kasety.",
            "W korbie roweru {bike} coś stuka przy każdym obrocie.",
        ),
        ("Przejechał[em/am] około 800 km.", "Wiosną rower był w serwisie.", "W deszczu jest gorzej."),
        "Czy to dzieje się zawsze, czy tylko na mokrym? I czy tarcze były czyszczone sprayem?",
        "Tylko na mokrym. Szczerze mówiąc, smar do łańcucha mógł trafić na tarczę.",
        (
            "W takim razie na klockach jest smar. Proszę przetrzeć tarczę alkoholem i dwadzieścia razy mocno zahamować z 25 km/h. Jeśli nie pomoże, wyślemy nowe klocki za {small}.",
            "Proszę obrócić śrubę regulacyjną tylnej przerzutki o pół obrotu w lewo. Jeśli nadal przeskakuje, serwis zrobi to za darmo do {soon}.",
        ),
        "Zrobił[em/am] wszystko zgodnie z opisem i nic się nie zmieniło.",
        "W takim razie trzeba to obejrzeć. Umówił[em/am] wizytę w serwisie na {soon}, na nasz koszt.",
    ),
    "outage": Words(
        (
            "Aplikacja nie działa? Rower zablokowany",
            "Nie mogę odblokować roweru {ebike}",
            "Brak połączenia w aplikacji",
            "Zamek się nie otwiera",
            "Czy mają Państwo awarię?",
        ),
        (
            "Aplikacja pokazuje „brak połączenia” i nie mogę odblokować roweru {ebike}. Stoję przed dworcem.",
            "Od rana zamek w rowerze {ebike} nie reaguje. Aplikacja ładuje się bez końca.",
            "Nie mogę wejść do aplikacji, więc nie otworzę zamka. Do pracy musiał[em/am] jechać autobusem.",
            "Czy system nie działa? Oba nasze rowery są zablokowane, a aplikacja pokazuje błąd {code}.",
        ),
        ("Proszę o szybką pomoc.", "Numer ramy to {serial}.", "Od tego roweru zależy cała rodzina."),
        "",
        "",
        (
            "Od rana mamy awarię serwerów i pracujemy nad nią. Zamek można otworzyć ręcznie: proszę przytrzymać przycisk przez dziesięć sekund i wpisać cztery ostatnie cyfry z {serial}.",
            "Awaria usunięta, aplikacja znowu się łączy. Proszę ją raz zamknąć i otworzyć. Przepraszamy; zwracamy {small}.",
        ),
        "Wczoraj wieczorem działało, a dziś rano rower znowu jest zablokowany.",
        "Drugą usterkę też usunęliśmy. Rower {ebike} jest odblokowany, widzę to u siebie.",
    ),
}
