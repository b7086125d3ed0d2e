"""What is said in Danish."""

from helpdesk.demo.words import Manners, Words

MANNERS = Manners(
    greetings=("Hej,", "Hej Pedalund,", "Goddag,", "Hej med jer,", "Kære kundeservice,", "God morgen,"),
    asides=(
        "Jeg har handlet hos jer i flere år, og det er første gang, noget går galt.",
        "I må også gerne ringe, helst om formiddagen.",
        "Jeg rejser på ferie i næste uge, så et hurtigt svar ville være dejligt.",
        "Undskyld, hvis svaret allerede står på jeres hjemmeside.",
        "Det er en gave, så jeg er lidt nervøs for datoen.",
        "Jeg prøvede først chatten, men den var lukket.",
        "Ellers er jeg meget glad for cyklen.",
    ),
    farewells=("Venlig hilsen", "Med venlig hilsen", "Mange hilsner", "På forhånd tak", "Hilsen", "De bedste hilsner"),
    hello="Hej {first}",
    leads=(
        "Tak for din mail.",
        "Tak, fordi du skriver, og for den klare beskrivelse.",
        "Det er jeg ked af at høre.",
        "Tak for din henvendelse.",
        "Godt, at du skrev.",
        "Jeg har lige kigget på det for dig.",
    ),
    offers=(
        "Svar endelig på denne mail, hvis noget er uklart.",
        "Sig til, hvis der er andet, jeg kan hjælpe med.",
        "Hvis det ikke virker som beskrevet, så skriv igen, så ser jeg på det.",
        "God tur på cyklen!",
        "",
    ),
    regards="Venlig hilsen\n{agent}",
    wait=(
        "Jeg har bedt kollegerne på lageret om at se efter i hånden. Du hører fra mig senest {soon}.",
        "Det skal vores leverandør svare på. Jeg venter svaret senest {soon} og skriver til dig uanset hvad.",
    ),
    nudge=(
        "Jeg ville bare høre, om du har set mit spørgsmål. Så snart jeg har dit svar, går jeg videre med sagen.",
        "En lille påmindelse: Jeg mangler stadig dit svar for at kunne hjælpe dig.",
    ),
    giving_up=(
        "Jeg har ikke hørt fra dig, så jeg lukker sagen for nu. Svar, når det passer dig, så åbner den igen.",
        "Da jeg ikke har fået svar, går jeg ud fra, at det har løst sig. Skriv endelig, hvis det ikke er tilfældet.",
    ),
    thanks=(
        "Tusind tak!",
        "Mange tak for det hurtige svar!",
        "Super, tak {agent}!",
        "Mange tak for hjælpen, hav en god dag!",
        "Det virker nu. Tusind tak!",
    ),
    still=(
        (
            "Tak, men lige ét spørgsmål mere: Gælder det også for den anden vare i ordren?",
            "Ja, det gælder for hele ordre {order}. Du behøver ikke at gøre mere.",
        ),
        (
            "Tak. Kan jeg også få det på skrift? Mit forsikringsselskab beder om det.",
            "Selvfølgelig. Et brev med ordrenummer {order} og stelnummer {serial} er på vej til dig med posten og er fremme senest {soon}.",
        ),
    ),
    wrote="Den {day} skrev {agent}:",
)

STORIES = {
    "late_parcel": Words(
        (
            "Hvor er min ordre {order}?",
            "Ordre {order} er ikke kommet",
            "Er leveringen af min {bike} forsinket?",
            "Pakke {parcel} har stået stille i flere dage",
        ),
        (
            "Jeg bestilte en {bike} den {date} (ordre {order}) og fik lovet levering inden for fem dage. Der er ikke kommet noget endnu.",
            "Sporingen af pakke {parcel} har vist “undervejs” siden den {date}. Kan I finde ud af, hvor den er?",
            "Min ordre {order} skulle være kommet den {date}. Fragtmanden siger bare, at jeg skal spørge afsenderen.",
        ),
        (
            "Jeg var hjemme hele dagen, og der var ingen, der ringede på.",
            "Hvis det trækker ud, henter jeg den hellere i en butik.",
            "Beløbet på {amount} er allerede trukket på min konto.",
        ),
        "Vil du bekræfte leveringsadressen og sende et telefonnummer til chaufføren?",
        "Adressen i ordren er rigtig, det er døren i gården. Chaufføren skal ringe på, hvor mit efternavn står.",
        (
            "Pakke {parcel} var blevet stående på terminalen ved en fejl. Den er læsset på bilen igen og er hos dig senest {soon}.",
            "Din {bike} blev pakket en dag for sent. Den er sendt i morges med pakkenummer {parcel} og er fremme senest {soon}.",
        ),
        "Nu er den nye dag også gået, og der er stadig ingen pakke. Hvad gør vi nu?",
        "Jeg har meldt pakke {parcel} tabt og sendt en ny med ekspres. Den kommer senest {soon}, og fragten betaler vi.",
    ),
    "return": Words(
        (
            "Returnering af ordre {order}",
            "Forkert størrelse, kan jeg bytte min {bike}?",
            "Hvordan sender jeg noget retur?",
        ),
        (
            "Min {bike} i størrelse {size} er for stor til mig. Kan jeg bytte den til en størrelse mindre?",
            "Jeg vil gerne sende en del af ordre {order} retur. Varen er ubrugt og ligger stadig i æsken.",
            "Jakken fra ordre {order} passer ikke. Hvordan sender jeg den tilbage, og hvem betaler fragten?",
        ),
        (
            "Jeg købte den den {date}.",
            "Jeg har gemt al emballagen.",
            "En tilbagebetaling på {small} er også helt fint.",
        ),
        "Vil du have en anden størrelse eller pengene tilbage? Og har du stadig emballagen?",
        "En anden størrelse, tak, hvis I har den. Emballagen er hel.",
        (
            "Det er ikke noget problem. Returlabelen er på vej til dig; aflever pakken i en pakkeshop inden {soon}. Vi bytter, så snart den er scannet.",
            "Du har 30 dages returret, så det er helt i orden. Jeg har oprettet returneringen for {order}; {small} står på din konto senest fem dage efter, at vi har modtaget varen.",
        ),
        "Labelen virker ikke, pakkeshoppen siger, at koden er udløbet.",
        "Det må du undskylde. Jeg har lavet en ny label, som gælder til {soon}, og jeg har tjekket koden med fragtmanden.",
    ),
    "wrong_item": Words(
        (
            "Forkert vare i ordre {order}",
            "Har fået bremseklodser i stedet for en kæde",
            "Ordre {order}: Der mangler noget",
        ),
        (
            "Jeg åbnede pakken med ordre {order} i dag, og der lå en andens reservedele i den.",
            "I ordre {order} skulle der være en kæde og to dæk, men jeg fik bremseklodser og ét dæk.",
            "I har sendt låsen til en anden cykel. Jeg skal bruge den til {bike}.",
        ),
        (
            "Jeg vedhæfter et billede af det, der kom.",
            "På følgesedlen står der det rigtige.",
            "Jeg skal bruge det inden {soon} til en tur.",
        ),
        "Kan du skrive det varenummer, der står på posen?",
        "Der står {serial} på etiketten, og posen er ikke åbnet.",
        (
            "Det var vores fejl på lageret. De rigtige dele bliver sendt i dag med pakke {parcel}. Behold de forkerte, eller giv dem til en, der kan bruge dem.",
            "Jeg har sendt den manglende vare fra ordre {order} med ekspres, og den er hos dig senest {soon}. Undskyld forvekslingen.",
        ),
        "Nu er pakke nummer to kommet, og det er den forkerte del igen!",
        "Denne gang gik jeg selv ned til hylden og pakkede den rigtige del. Den er på vej med {parcel}.",
    ),
    "damaged": Words(
        (
            "Ridset stel ved levering, ordre {order}",
            "{bike} beskadiget under transporten",
            "Skævt hjul på min nye {bike}",
        ),
        (
            "Min {bike} kom den {date} med en dyb ridse på overrøret. Der var hul i kassen samme sted.",
            "Baghjulet på min {bike} fra ordre {order} er skævt. Sådan kan jeg ikke køre på den.",
            "Kassen med ordre {order} var åben, da den kom, og skærmen er knækket.",
        ),
        (
            "Chaufføren noterede skaden på sin skærm.",
            "Billeder er vedhæftet.",
            "Jeg har betalt {amount} og regnede med en hel cykel.",
        ),
        "Vil du sende mig to billeder, ét af kassen og ét af skaden? Fragtmanden beder om begge dele.",
        "Her er billederne. Hullet i kassen er på venstre side, cirka i højde med sadlen.",
        (
            "Tak for billederne. Jeg har meldt skaden til fragtmanden. Vi betaler reparationen hos en cykelsmed nær dig op til {amount}; send os bare regningen.",
            "En ny del til din {bike} bliver sendt i dag med pakke {parcel}. Hvis du hellere vil, kan en mekaniker montere den hjemme hos dig den {soon}.",
        ),
        "Den nye del passer ikke, hullerne sidder et andet sted.",
        "Du har ret, den var til sidste års model. Den rigtige er på vej med {parcel}, og jeg godskriver dig {small} for besværet.",
    ),
    "advice": Words(
        (
            "Hvilken stelstørrelse til {cm} cm?",
            "Spørgsmål om {bike}, før jeg køber",
            "Passer bagagebæreren til {bike}?",
        ),
        (
            "Jeg er {cm} cm høj og ligger mellem to størrelser på en {bike}. Hvilken vil I anbefale?",
            "Er der plads til 45 mm dæk og skærme på en {bike}? Jeg kører på grus om vinteren.",
            "Har I {bike} på lager i størrelse {size}, og kan jeg få den inden {soon}?",
        ),
        (
            "Min skridtlængde er cirka det halve.",
            "Jeg kører {km} km til arbejde hver dag.",
            "Min gamle cykel var størrelse {size}.",
        ),
        "Hvordan vil du gerne sidde, opret eller mere sporty? Så kan jeg svare helt sikkert.",
        "Helst opret, jeg har en stiv nakke. Og jeg har to cykeltasker med.",
        (
            "Med {cm} cm skal du vælge størrelse {size}. Med den korte frempind sidder du opret, og styret kan stadig hæves 3 cm.",
            "Der er plads til 45 mm med skærme på {bike}. Størrelse {size} er på lager; bestiller du i dag, er den hos dig senest {soon}.",
        ),
        "Jeg prøvede den hos en ven, og den føles for lang. Skal jeg alligevel tage en mindre?",
        "Så tag en størrelse mindre; den er 12 mm kortere. Jeg har noteret det på din konto, så det koster dig ikke noget at bytte.",
    ),
    "fleet": Words(
        ("Tilbud på {n} cykler", "{n} elcykler til vores medarbejdere", "Serviceaftale for vores cykler"),
        (
            "Vi vil gerne købe {n} stk. {ebike} til vores medarbejdere og skal bruge et tilbud med levering inden {soon}.",
            "Vores gæster kan låne cykler, og {n} af dem skal have service før sæsonen. Hvad koster en aftale?",
            "Kan I forlænge tilbuddet af {date} på {n} stk. {bike}? Vores bestyrelse mødes senere end planlagt.",
        ),
        ("Listen er vedhæftet.", "Vi skal have én samlet faktura.", "Hjelme og låse skal være med."),
        "Hvilke stelstørrelser skal I bruge, og skal vi levere dem samlet på én adresse?",
        "Halvdelen i M, resten i S og L. Én adresse, samlede cykler og en bil med lift, tak.",
        (
            "Tilbuddet på {n} stk. {ebike} er på vej til jer: {amount} pr. stk. inklusive samling og levering. Det gælder til {soon}.",
            "Ved {n} cykler kommer vi ud til jer to gange om året. Det koster {small} pr. cykel og besøg, reservedele er ekstra. Aftalen følger i næste mail.",
        ),
        "Vores indkøbsafdeling beder om 30 dages betaling i stedet for 14. Er det muligt?",
        "Ja, 30 dage er helt i orden. Jeg har rettet det i tilbuddet og på jeres konto.",
    ),
    "invoice": Words(
        ("Faktura for ordre {order}", "CVR-nummer mangler på {invoice}", "Kopi af faktura {invoice}, tak"),
        (
            "Jeg kan ikke finde fakturaen for ordre {order}. Vil I sende den igen?",
            "På faktura {invoice} mangler vores CVR-nummer. Vores bogholder skal bruge den inden månedens udgang.",
            "Vil I ændre adressen på faktura {invoice} til firmaets i stedet for min private?",
        ),
        ("Beløbet var {amount}.", "Ordren er fra den {date}.", "En PDF er nok."),
        "Hvilket navn og hvilken adresse skal der helt præcist stå på fakturaen?",
        "Det samme som i ordren, og tilføj gerne vores rekvisitionsnummer {serial}.",
        (
            "Her er den: Jeg har sendt faktura {invoice} til din adresse igen som PDF. Du finder den også under “Mine ordrer”.",
            "Jeg har rettet {invoice} og annulleret den gamle. På den nye står CVR-nummeret og det samlede beløb på {amount}.",
        ),
        "Beløbet på den nye faktura er ikke det samme som før. Vil I se på det?",
        "Godt set, fragten manglede. Nu er fakturaen rigtig, og beløbet er {amount}.",
    ),
    "charged_twice": Words(
        ("Trukket to gange for ordre {order}", "{amount} hævet to gange", "Dobbelt betaling"),
        (
            "Der er hævet {amount} to gange på mit kort for ordre {order}. Jeg har kun bestilt én gang.",
            "Den {date} trak I {amount}, og det samme beløb dagen efter. Vil I betale det ene tilbage?",
            "Betalingssiden viste en fejl, så jeg betalte igen. Nu er begge betalinger på {amount} gået igennem.",
        ),
        ("Min bank siger, at kun I kan annullere det.", "Et skærmbillede er vedhæftet.", "Det er mange penge for mig."),
        "Vil du sende de sidste fire cifre på kortet og datoerne for begge posteringer?",
        "Det ender på 4417. Posteringerne er fra den {date} og dagen efter, {amount} hver.",
        (
            "Du har ret: Den ene var kun en reservation, og den har jeg frigivet. Den forsvinder senest {soon}, alt efter din bank.",
            "Den anden betaling for {order} er kommet ind hos os. Jeg har sendt {amount} tilbage til dit kort i dag; det tager op til tre bankdage.",
        ),
        "Nu er der gået en uge, og pengene er der ikke endnu.",
        "Jeg har talt med vores bank: Tilbagebetalingen på {amount} hang fast og bliver sendt igen i dag. Det beklager jeg.",
    ),
    "refund": Words(
        ("Mangler tilbagebetaling for {order}", "Hvornår får jeg mine penge?", "Tilbagebetaling af {amount}"),
        (
            "Jeg sendte ordre {order} retur den {date}, men har ikke fået mine {amount}.",
            "Ifølge sporingen har I modtaget min returpakke fra {order}. Hvornår betaler I?",
            "Tilbagebetalingen for {order} er for lav: Jeg fik mindre end {amount}.",
        ),
        ("Pakkenummeret var {parcel}.", "Jeg betalte med kort.", "Jeg har fået nyt kort siden."),
        "Har du fået nyt kort siden ordren? Så skal jeg bruge et kontonummer.",
        "Ja, det gamle kort er spærret. Jeg har lagt den nye konto ind på min profil.",
        (
            "Din returpakke blev registreret den {date}, og {amount} er sendt i dag. Pengene er på din konto om to-tre dage.",
            "Fragten var trukket fra ved en fejl. Jeg har sendt resten, {small}, til det samme kort.",
        ),
        "Der er stadig ikke noget på min konto, og jeg har også spurgt banken.",
        "Overførslen kom retur på grund af et forkert ciffer. Den er sendt igen i dag til den rigtige konto, {amount}.",
    ),
    "plan": Words(
        ("Opsigelse af min serviceaftale", "Pause i serviceaftalen over vinteren", "Spørgsmål om Plus-aftalen"),
        (
            "Jeg vil gerne opsige serviceaftalen for min {bike} til først mulige dato.",
            "Kan jeg sætte Plus-aftalen på pause fra {soon}? Cyklen står i kælderen vinteren over.",
            "Aftalen er blevet dyrere, {small} om måneden. Hvad er inkluderet nu?",
        ),
        ("Stelnummeret er {serial}.", "Jeg har solgt cyklen.", "Jeg kunne ikke finde nogen knap til det i appen."),
        "Vil du stoppe helt, eller er en pause til foråret nok?",
        "En pause til april ville være perfekt, hvis prisen er den samme.",
        (
            "Din aftale er opsagt og slutter {soon}. Du skal ikke gøre mere, og der bliver ikke trukket noget derefter.",
            "Aftalen for {serial} er på pause fra {soon}. Den fortsætter af sig selv i april til de samme {small} om måneden.",
        ),
        "Der er trukket {small} igen, selv om aftalen er opsagt.",
        "Den betaling var allerede på vej. Jeg har sendt {small} tilbage og tjekket, at der ikke kommer flere.",
    ),
    "battery": Words(
        ("{ebike}: Batteriet lader ikke op", "Min {ebike} kører kun {km} km", "Fejl {code} i displayet"),
        (
            "Batteriet på min {ebike} stopper med at lade ved {full} procent, og lampen blinker rødt.",
            "Som ny kørte min {ebike} {full} km, nu er det {km} km med samme hjælp fra motoren.",
            "Displayet viser {code}, og motoren slår fra på hver eneste bakke.",
        ),
        ("Jeg købte den den {bought}.", "Cyklen står i et koldt skur.", "Stelnummeret er {serial}."),
        "Vil du sende mig batteriets serienummer og skrive, hvordan lamperne blinker, når du holder knappen inde i fem sekunder?",
        "Serienummeret er {serial}. To lamper blinker tre gange, og så går de alle sammen ud.",
        (
            "Tre blink betyder, at batteriet er for koldt til at lade. Lad det stå to timer i et varmt rum først; så kommer rækkevidden også tilbage.",
            "{code} er sensoren i kranken. Garantien gælder stadig, så et værksted nær dig skifter den gratis; de venter dig fra den {soon}.",
        ),
        "Efter to dage er fejl {code} tilbage.",
        "Så er det selve batteriet, der er noget galt med. Du får et nyt senest {soon}; chaufføren tager det gamle med.",
    ),
    "app": Words(
        ("Appen finder ikke min {ebike}", "Kan ikke logge ind i appen", "App {version} lukker ned af sig selv"),
        (
            "Siden opdateringen til {version} kan appen ikke finde min {ebike}.",
            "Jeg kan ikke logge ind i appen. Koden, som I sender på mail, kommer aldrig.",
            "Appen lukker ned, så snart jeg åbner kortet, i version {version}.",
        ),
        ("Jeg har genstartet det hele.", "Min telefon er to år gammel.", "Et skærmbillede er vedhæftet."),
        "Hvilken telefon og hvilken version har du, og har appen lov til at bruge Bluetooth i indstillingerne?",
        "Version {version}, og Bluetooth var slået fra for appen. Jeg har slået det til, men den forbinder stadig ikke.",
        (
            "Fjern cyklen under “Mine cykler”, og tilføj den igen med stelnummer {serial}. Det er nødvendigt én gang efter {version}.",
            "Der var en slåfejl i adressen på din konto. Jeg har rettet den, og nu kommer koden inden for et minut.",
        ),
        "Det virkede en dag, og nu er cyklen væk fra listen igen.",
        "Det er en fejl hos os med {ebike}. Den er rettet i dagens version; efter opdateringen bliver cyklen på listen.",
    ),
    "brakes": Words(
        ("Skivebremserne hyler på min {bike}", "Gearet hopper på min {bike}", "Kliklyd fra kranken"),
        (
            "Forbremsen på min {bike} hyler så højt, at folk vender sig om.",
            "Gearet på min {bike} hopper, når jeg træder til, mest midt på kassetten.",
            "Der kommer en kliklyd fra kranken på min {bike}, hver gang den går rundt.",
        ),
        ("Jeg har kørt omkring 800 km.", "Den var til service i foråret.", "Det er værre i regnvejr."),
        "Sker det hele tiden eller kun i vådt vejr? Og har du renset skiverne med spray?",
        "Kun i vådt vejr. Jeg kan godt have brugt kædespray tæt på skiven, hvis jeg skal være ærlig.",
        (
            "Så er der fedt på klodserne. Rens skiven med sprit, og brems hårdt tyve gange fra 25 km/t. Hjælper det ikke, sender vi nye klodser for {small}.",
            "Drej justerskruen på bagskifteren en halv omgang til venstre, og prøv igen. Hopper det stadig, ordner værkstedet det gratis inden {soon}.",
        ),
        "Jeg har gjort alt, hvad du skrev, og det er præcis det samme.",
        "Så lad os se på det. Jeg har bestilt tid til dig på værkstedet den {soon}, og vi betaler.",
    ),
    "outage": Words(
        (
            "Er appen nede? Min cykel er låst",
            "Kan ikke låse min {ebike} op",
            "Ingen forbindelse i appen",
            "Låsen åbner ikke",
            "Har I nedbrud?",
        ),
        (
            "Appen siger “ingen forbindelse”, og jeg kan ikke låse min {ebike} op. Jeg står foran stationen.",
            "Siden i morges har den digitale lås på min {ebike} ikke reageret. Appen står bare og loader.",
            "Jeg kan ikke komme ind i appen og kan derfor ikke åbne låsen. Jeg måtte tage bussen på arbejde.",
            "Er jeres system nede? Begge vores cykler er låst, og appen viser fejl {code}.",
        ),
        ("Hjælp os hurtigt.", "Stelnummeret er {serial}.", "Hele familien er afhængig af cyklen."),
        "",
        "",
        (
            "Vores servere har haft fejl siden i morges, og vi arbejder på det. Du kan åbne låsen i hånden: Hold knappen inde i ti sekunder, og tast de sidste fire cifre af {serial}.",
            "Nedbruddet er ovre, og appen forbinder igen. Luk appen én gang, og åbn den igen. Jeg beklager; vi godskriver dig {small}.",
        ),
        "Det virkede i aftes, men i morges var den låst igen.",
        "Den anden fejl er også rettet. Din {ebike} er åben, det kan jeg se her.",
    ),
}
