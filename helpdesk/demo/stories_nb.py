"""What is said in Norwegian bokmål."""

from helpdesk.demo.words import Manners, Words

MANNERS = Manners(
    greetings=("Hei,", "Hei Pedalund,", "God dag,", "Hei dere,", "Hei, kundeservice,", "God morgen,"),
    asides=(
        "Jeg har vært kunde i flere år, og dette er første gang noe går galt.",
        "Dere kan gjerne ringe også, helst på formiddagen.",
        "Jeg reiser bort neste uke, så et raskt svar hadde vært fint.",
        "Beklager hvis svaret allerede står på nettsiden.",
        "Det er en gave, så jeg er litt nervøs for datoen.",
        "Jeg prøvde chatten først, men den var stengt.",
        "Ellers er jeg veldig fornøyd med sykkelen.",
    ),
    farewells=("Vennlig hilsen", "Med vennlig hilsen", "Hilsen", "På forhånd takk", "Beste hilsen", "Mange hilsener"),
    hello="Hei {first},",
    leads=(
        "Takk for at du skriver til oss.",
        "Takk for meldingen og for den klare beskrivelsen.",
        "Det var leit å høre.",
        "Takk for henvendelsen.",
        "Bra at du tok kontakt.",
        "Jeg har nettopp sett på dette for deg.",
    ),
    offers=(
        "Bare svar på denne e-posten hvis noe er uklart.",
        "Si fra hvis det er noe mer jeg kan hjelpe med.",
        "Hvis det ikke fungerer som beskrevet, så skriv igjen, så ser jeg på det.",
        "God tur!",
        "",
    ),
    regards="Vennlig hilsen\n{agent}",
    wait=(
        "Jeg har bedt kollegene på lageret om å sjekke dette for hånd. Du hører fra meg senest {soon}.",
        "Dette må leverandøren vår svare på. Jeg venter svar innen {soon} og skriver til deg uansett.",
    ),
    nudge=(
        "Jeg ville bare høre om du har sett spørsmålet mitt. Så snart jeg har svaret ditt, kan jeg gå videre.",
        "En liten påminnelse: Jeg trenger fortsatt svaret ditt for å kunne hjelpe deg.",
    ),
    giving_up=(
        "Jeg har ikke hørt fra deg, så jeg lukker saken nå. Svar når det passer, så åpnes den igjen.",
        "Siden jeg ikke har fått svar, regner jeg med at det har ordnet seg. Bare skriv hvis det ikke stemmer.",
    ),
    thanks=(
        "Tusen takk!",
        "Mange takk for hjelpen!",
        "Super, takk {agent}!",
        "Tusen takk for hjelpen, ha en god dag!",
        "Det virker nå. Tusen takk!",
    ),
    still=(
        (
            "Takk, men ett spørsmål til: Gjelder dette også den andre varen i ordren?",
            "Ja, det gjelder hele ordre {order}. Du trenger ikke å gjøre noe mer.",
        ),
        (
            "Takk. Kan jeg få det skriftlig også? Forsikringsselskapet mitt ber om det.",
            "Selvfølgelig. Et brev med ordrenummer {order} og rammenummer {serial} er på vei til deg i posten og er fremme innen {soon}.",
        ),
    ),
    wrote="{day} skrev {agent}:",
)

STORIES = {
    "late_parcel": Words(
        (
            "Hvor er ordren min {order}?",
            "Ordre {order} har ikke kommet",
            "Er leveringen av {bike} forsinket?",
            "Pakke {parcel} har stått stille i flere dager",
        ),
        (
            "Jeg bestilte en {bike} {date} (ordre {order}) og ble lovet levering innen fem dager. Ingenting har kommet ennå.",
            "Sporingen av pakke {parcel} har vist «underveis» siden {date}. Kan dere finne ut hvor den er?",
            "Ordren min {order} skulle ha kommet {date}. Transportøren sier bare at jeg må spørre avsenderen.",
        ),
        (
            "Jeg var hjemme hele dagen, og ingen ringte på.",
            "Hvis det drar ut, vil jeg heller hente den i en butikk.",
            "Beløpet på {amount} er allerede trukket fra kontoen min.",
        ),
        "Kan du bekrefte leveringsadressen og sende et telefonnummer til sjåføren?",
        "Adressen i ordren er riktig, det er døren i bakgården. Sjåføren kan ringe på der det står etternavnet mitt.",
        (
            "Pakke {parcel} ble stående på terminalen ved en feil. Den er lastet på bilen igjen og er hos deg innen {soon}.",
            "{bike} ble pakket en dag for sent. Den gikk i dag tidlig med pakkenummer {parcel} og er fremme innen {soon}.",
        ),
        "Nå har den nye dagen også gått, og det er fortsatt ingen pakke. Hva gjør vi nå?",
        "Jeg har meldt pakke {parcel} tapt og sendt en ny med ekspress. Den kommer innen {soon}, og frakten tar vi.",
    ),
    "return": Words(
        ("Retur av ordre {order}", "Feil størrelse, kan jeg bytte {bike}?", "Hvordan sender jeg noe i retur?"),
        (
            "{bike} i størrelse {size} er for stor for meg. Kan jeg bytte den i en størrelse mindre?",
            "Jeg vil gjerne returnere en del av ordre {order}. Varen er ubrukt og ligger fortsatt i esken.",
            "Jakken fra ordre {order} passer ikke. Hvordan sender jeg den tilbake, og hvem betaler frakten?",
        ),
        (
            "Jeg kjøpte den {date}.",
            "Jeg har tatt vare på all emballasjen.",
            "En refusjon på {small} er også helt greit.",
        ),
        "Vil du ha en annen størrelse eller pengene tilbake? Og har du emballasjen fortsatt?",
        "En annen størrelse, takk, hvis dere har den. Emballasjen er hel.",
        (
            "Det går helt fint. Returlappen er på vei til deg; lever pakken på et utleveringssted innen {soon}. Vi bytter så snart den er skannet.",
            "Du har 30 dagers åpent kjøp, så det er i orden. Jeg har registrert returen for {order}; {small} kommer innen fem dager etter at vi har fått varen.",
        ),
        "Returlappen virker ikke, butikken sier at koden er utløpt.",
        "Det beklager jeg. Jeg har laget en ny som gjelder til {soon}, og sjekket koden med transportøren.",
    ),
    "wrong_item": Words(
        ("Feil vare i ordre {order}", "Fikk bremseklosser i stedet for kjede", "Ordre {order}: noe mangler"),
        (
            "Jeg åpnet pakken med ordre {order} i dag og fant delene til noen andre.",
            "I ordre {order} skulle det være et kjede og to dekk, men jeg fikk bremseklosser og ett dekk.",
            "Dere har sendt låsen til en annen sykkel. Jeg trenger den som passer til {bike}.",
        ),
        (
            "Jeg legger ved et bilde av det som kom.",
            "På pakkseddelen står det riktige.",
            "Jeg trenger det innen {soon} til en tur.",
        ),
        "Kan du skrive varenummeret som står på posen?",
        "Det står {serial} på etiketten, og posen er uåpnet.",
        (
            "Det var vår feil på lageret. De riktige delene går i dag med pakke {parcel}. Behold de gale, eller gi dem til noen som trenger dem.",
            "Jeg har sendt det som manglet i ordre {order}, med ekspress, og det er hos deg innen {soon}. Beklager forvekslingen.",
        ),
        "Den andre pakken har kommet, og det er feil del igjen!",
        "Denne gangen gikk jeg til hyllen selv og pakket riktig del. Den er på vei med {parcel}.",
    ),
    "damaged": Words(
        (
            "Ripete ramme ved levering, ordre {order}",
            "{bike} skadet under transporten",
            "Skjevt hjul på min nye {bike}",
        ),
        (
            "{bike} kom {date} med en dyp ripe på overrøret. Esken hadde et hull på samme sted.",
            "Bakhjulet på {bike} fra ordre {order} er skjevt. Slik kan jeg ikke sykle på den.",
            "Esken med ordre {order} var åpen da den kom, og skjermen er knekt.",
        ),
        (
            "Sjåføren noterte skaden på skjermen sin.",
            "Bilder ligger ved.",
            "Jeg har betalt {amount} og regnet med en hel sykkel.",
        ),
        "Kan du sende meg to bilder, ett av esken og ett av skaden? Transportøren ber om begge deler.",
        "Her er bildene. Hullet i esken er på venstre side, omtrent i høyde med setet.",
        (
            "Takk for bildene. Jeg har meldt skaden til transportøren. Vi betaler reparasjonen på et verksted nær deg opp til {amount}; bare send oss regningen.",
            "En ny del til {bike} går i dag med pakke {parcel}. Hvis du heller vil, kan en mekaniker montere den hjemme hos deg {soon}.",
        ),
        "Den nye delen passer ikke, hullene sitter et annet sted.",
        "Du har rett, den var til fjorårets modell. Den riktige er på vei med {parcel}, og jeg krediterer deg {small} for bryderiet.",
    ),
    "advice": Words(
        (
            "Hvilken rammestørrelse for {cm} cm?",
            "Spørsmål om {bike} før jeg kjøper",
            "Passer bagasjebrettet til {bike}?",
        ),
        (
            "Jeg er {cm} cm høy og havner mellom to størrelser på {bike}. Hvilken anbefaler dere?",
            "Er det plass til 45 mm dekk med skjermer på {bike}? Jeg sykler på grus om vinteren.",
            "Har dere {bike} på lager i størrelse {size}, og kan jeg få den før {soon}?",
        ),
        (
            "Skrittlengden min er omtrent det halve.",
            "Jeg sykler {km} km til jobb hver dag.",
            "Den gamle sykkelen min var størrelse {size}.",
        ),
        "Hvordan liker du å sitte, oppreist eller mer sporty? Da kan jeg svare helt sikkert.",
        "Helst oppreist, jeg har stiv nakke. Og jeg har med to vesker.",
        (
            "Med {cm} cm bør du ta størrelse {size}. Med det korte stemmet sitter du oppreist, og styret kan fortsatt heves 3 cm.",
            "{bike} har plass til 45 mm med skjermer. Størrelse {size} er på lager; bestiller du i dag, er den hos deg innen {soon}.",
        ),
        "Jeg prøvde den hos en venn, og den føles for lang. Bør jeg ta en mindre likevel?",
        "Da tar du en størrelse mindre; den er 12 mm kortere. Jeg har notert det på kontoen din, så et bytte koster deg ingenting.",
    ),
    "fleet": Words(
        ("Tilbud på {n} sykler", "{n} elsykler til de ansatte", "Serviceavtale for syklene våre"),
        (
            "Vi ønsker å kjøpe {n} stk. {ebike} til de ansatte og trenger et tilbud med levering før {soon}.",
            "Gjestene våre kan låne sykler, og {n} av dem trenger service før sesongen. Hva koster en avtale?",
            "Kan dere forlenge tilbudet fra {date} på {n} stk. {bike}? Styret vårt møtes senere enn planlagt.",
        ),
        ("Listen ligger ved.", "Vi trenger én samlet faktura.", "Hjelmer og låser skal være med."),
        "Hvilke rammestørrelser trenger dere, og skal vi levere ferdig montert til én adresse?",
        "Halvparten i M, resten i S og L. Én adresse, ferdig montert, og en bil med lift, takk.",
        (
            "Tilbudet på {n} stk. {ebike} er på vei til dere: {amount} per stk. inkludert montering og levering, gyldig til {soon}.",
            "For {n} sykler kommer vi til dere to ganger i året. Det koster {small} per sykkel og besøk, deler kommer i tillegg. Avtalen følger i neste e-post.",
        ),
        "Innkjøpsavdelingen vår ber om 30 dagers betalingsfrist i stedet for 14. Er det mulig?",
        "Ja, 30 dager er i orden. Jeg har endret det i tilbudet og på kontoen deres.",
    ),
    "invoice": Words(
        ("Faktura for ordre {order}", "Organisasjonsnummer mangler på {invoice}", "Kopi av faktura {invoice}, takk"),
        (
            "Jeg finner ikke fakturaen for ordre {order}. Kan dere sende den på nytt?",
            "På faktura {invoice} mangler organisasjonsnummeret vårt. Regnskapsføreren trenger den før månedsskiftet.",
            "Kan dere endre adressen på faktura {invoice} til firmaets i stedet for min private?",
        ),
        ("Beløpet var {amount}.", "Ordren er fra {date}.", "En PDF holder."),
        "Hvilket navn og hvilken adresse skal stå på fakturaen, helt nøyaktig?",
        "Det samme som i ordren, og legg gjerne til innkjøpsnummeret vårt {serial}.",
        (
            "Her er den: Jeg har sendt faktura {invoice} til adressen din på nytt som PDF. Du finner den også under «Mine ordrer».",
            "Jeg har rettet {invoice} og kreditert den gamle. På den nye står organisasjonsnummeret og totalen på {amount}.",
        ),
        "Beklager, men totalen på den nye fakturaen er ikke den samme som før. Kan dere sjekke?",
        "Godt sett, frakten manglet. Nå er fakturaen riktig, og totalen er {amount}.",
    ),
    "charged_twice": Words(
        ("Belastet to ganger for ordre {order}", "{amount} trukket to ganger", "Dobbel betaling"),
        (
            "Kortet mitt er belastet med {amount} to ganger for ordre {order}. Jeg bestilte bare én gang.",
            "{date} trakk dere {amount}, og det samme beløpet dagen etter. Vær så snill å betale tilbake det ene.",
            "Betalingssiden viste en feil, så jeg betalte på nytt. Nå har begge betalingene på {amount} gått gjennom.",
        ),
        ("Banken sier at bare dere kan annullere det.", "Et skjermbilde ligger ved.", "Det er mye penger for meg."),
        "Kan du sende de fire siste sifrene på kortet og datoene for begge linjene på kontoutskriften?",
        "Det slutter på 4417. Linjene er fra {date} og dagen etter, {amount} hver.",
        (
            "Du har rett: Den ene var bare en reservasjon, og den har jeg frigitt. Den forsvinner innen {soon}, avhengig av banken din.",
            "Den andre betalingen for {order} kom inn hos oss. Jeg har sendt {amount} tilbake til kortet ditt i dag; det tar opptil tre bankdager.",
        ),
        "Nå har det gått en uke, og pengene er ikke kommet.",
        "Jeg har sjekket med banken vår: Refusjonen på {amount} hang fast og sendes på nytt i dag. Jeg beklager.",
    ),
    "refund": Words(
        ("Mangler refusjon for {order}", "Når får jeg pengene tilbake?", "Refusjon av {amount}"),
        (
            "Jeg sendte ordre {order} i retur {date}, men har ikke fått {amount} tilbake.",
            "Ifølge sporingen har dere mottatt returen min for {order}. Når betaler dere?",
            "Refusjonen for {order} er for lav: Jeg fikk mindre enn {amount}.",
        ),
        ("Pakkenummeret var {parcel}.", "Jeg betalte med kort.", "Jeg har fått nytt kort siden den gang."),
        "Har du fått nytt kort siden du bestilte? Da trenger jeg et kontonummer.",
        "Ja, det gamle kortet er sperret. Jeg har lagt inn den nye kontoen på profilen min.",
        (
            "Returen din ble registrert {date}, og {amount} ble sendt i dag. Pengene er på kontoen om to–tre dager.",
            "Frakten var trukket fra ved en feil. Jeg har betalt resten, {small}, til det samme kortet.",
        ),
        "Fortsatt ingenting på kontoen, og jeg har spurt banken også.",
        "Overføringen kom i retur på grunn av et feil siffer. Den ble sendt på nytt i dag til riktig konto, {amount}.",
    ),
    "plan": Words(
        ("Oppsigelse av serviceavtalen", "Pause i serviceavtalen over vinteren", "Spørsmål om Plus-avtalen"),
        (
            "Jeg vil gjerne si opp serviceavtalen for {bike} fra første mulige dato.",
            "Kan jeg sette Plus-avtalen på pause fra {soon}? Sykkelen står i kjelleren i vinter.",
            "Avtalen har blitt dyrere, {small} i måneden. Hva er inkludert nå?",
        ),
        ("Rammenummeret er {serial}.", "Jeg har solgt sykkelen.", "Jeg fant ingen knapp for det i appen."),
        "Vil du avslutte helt, eller holder det med en pause til våren?",
        "En pause til april er perfekt, hvis prisen er den samme.",
        (
            "Avtalen din er sagt opp og avsluttes {soon}. Du trenger ikke å gjøre noe mer, og du blir ikke belastet etter det.",
            "Avtalen for {serial} er på pause fra {soon}. Den fortsetter av seg selv i april for de samme {small} i måneden.",
        ),
        "Jeg ble belastet med {small} igjen selv om avtalen er sagt opp.",
        "Den betalingen var allerede på vei. Jeg har betalt tilbake {small} og sjekket at det ikke kommer flere.",
    ),
    "battery": Words(
        ("{ebike}: batteriet lader ikke", "Rekkevidden på {ebike} er bare {km} km", "Feil {code} i displayet"),
        (
            "Batteriet på {ebike} slutter å lade ved {full} prosent, og lampen blinker rødt.",
            "Som ny gikk {ebike} {full} km, nå er det {km} km med samme hjelp fra motoren.",
            "Displayet viser {code}, og motoren slår seg av i hver bakke.",
        ),
        ("Jeg kjøpte den {bought}.", "Sykkelen står i en kald bod.", "Rammenummeret er {serial}."),
        "Kan du sende meg serienummeret på batteriet og skrive hvordan lampene blinker når du holder inne knappen i fem sekunder?",
        "Serienummeret er {serial}. To lamper blinker tre ganger, og så slukker alle.",
        (
            "Tre blink betyr at batteriet er for kaldt til å lade. La det stå to timer i et varmt rom først; da kommer rekkevidden tilbake også.",
            "{code} er sensoren i kranken. Garantien gjelder fortsatt, så et verksted nær deg bytter den gratis; de venter deg fra {soon}.",
        ),
        "Etter to dager er feil {code} tilbake.",
        "Da er det selve batteriet det er noe galt med. Du får et nytt innen {soon}; sjåføren tar med seg det gamle.",
    ),
    "app": Words(
        ("Appen finner ikke {ebike}", "Får ikke logget inn i appen", "App {version} lukker seg av seg selv"),
        (
            "Etter oppdateringen til {version} finner ikke appen min {ebike} lenger.",
            "Jeg får ikke logget inn i appen. Koden som dere sender på e-post, kommer aldri.",
            "Appen lukker seg så snart jeg åpner kartet, i versjon {version}.",
        ),
        ("Jeg har startet alt på nytt.", "Telefonen min er to år gammel.", "Et skjermbilde ligger ved."),
        "Hvilken telefon og hvilken versjon har du, og har appen lov til å bruke Bluetooth i innstillingene?",
        "Versjon {version}, og Bluetooth var slått av for appen. Jeg har slått det på, men den kobler seg fortsatt ikke til.",
        (
            "Fjern sykkelen under «Mine sykler», og legg den til igjen med rammenummer {serial}. Det trengs én gang etter {version}.",
            "Det var en skrivefeil i adressen på kontoen din. Jeg har rettet den, og nå kommer koden innen et minutt.",
        ),
        "Det virket en dag, og nå er sykkelen borte fra listen igjen.",
        "Det er en feil hos oss med {ebike}. Den er rettet i dagens versjon; etter oppdateringen blir sykkelen stående på listen.",
    ),
    "brakes": Words(
        ("Skivebremsene hyler på {bike}", "Girene hopper på {bike}", "Klikkelyd fra kranken"),
        (
            "Forbremsen på {bike} hyler så høyt at folk snur seg.",
            "Girene på {bike} hopper når jeg tråkker til, mest midt på kassetten.",
            "Det kommer en klikkelyd fra kranken på {bike}, for hver omdreining.",
        ),
        ("Jeg har syklet rundt 800 km.", "Den var på service i vår.", "Det er verre i regn."),
        "Skjer det hele tiden eller bare når det er vått? Og har du rengjort skivene med spray?",
        "Bare når det er vått. Jeg kan ha brukt kjedespray i nærheten av skiven, for å være ærlig.",
        (
            "Da er det fett på klossene. Rengjør skiven med sprit og brems hardt tjue ganger fra 25 km/t. Hjelper det ikke, sender vi nye klosser for {small}.",
            "Vri justerskruen på bakgiret en halv omgang mot venstre og prøv igjen. Hopper det fortsatt, ordner verkstedet det gratis innen {soon}.",
        ),
        "Jeg har gjort alt du skrev, og det er akkurat likt.",
        "Da får vi se på det. Jeg har bestilt time til deg på verkstedet {soon}, og vi betaler.",
    ),
    "outage": Words(
        (
            "Er appen nede? Sykkelen min er låst",
            "Får ikke låst opp {ebike}",
            "Ingen forbindelse i appen",
            "Låsen åpner seg ikke",
            "Har dere driftsstans?",
        ),
        (
            "Appen sier «ingen forbindelse», og jeg får ikke låst opp {ebike}. Jeg står foran stasjonen.",
            "Siden i morges har ikke den digitale låsen på {ebike} reagert. Appen bare laster og laster.",
            "Jeg kommer ikke inn i appen og får derfor ikke åpnet låsen. Jeg måtte ta bussen til jobb.",
            "Er systemet deres nede? Begge syklene våre er låst, og appen viser feil {code}.",
        ),
        ("Vær så snill å hjelpe raskt.", "Rammenummeret er {serial}.", "Hele familien er avhengig av sykkelen."),
        "",
        "",
        (
            "Serverne våre har hatt feil siden i morges, og vi jobber med saken. Du kan åpne låsen for hånd: Hold inne knappen i ti sekunder og tast de fire siste sifrene i {serial}.",
            "Feilen er rettet, og appen kobler seg til igjen. Lukk appen én gang og åpne den på nytt. Jeg beklager; vi krediterer deg {small}.",
        ),
        "Det virket i går kveld, men i morges var den låst igjen.",
        "Den andre feilen er også rettet. {ebike} er åpen, det ser jeg her.",
    ),
}
