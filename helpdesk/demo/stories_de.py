"""What is said in German."""

from helpdesk.demo.words import Manners, Words

MANNERS = Manners(
    greetings=(
        "Guten Tag,",
        "Hallo,",
        "Sehr geehrte Damen und Herren,",
        "Guten Morgen,",
        "Liebes Team,",
        "Hallo zusammen,",
    ),
    asides=(
        "Ich kaufe seit Jahren bei Ihnen, und es ist das erste Mal, dass etwas schiefgeht.",
        "Sie können mich auch anrufen, am besten vormittags.",
        "Nächste Woche bin ich verreist, deshalb wäre eine schnelle Antwort schön.",
        "Entschuldigen Sie, falls das auf Ihrer Website steht.",
        "Es ist ein Geschenk, daher bin ich wegen des Termins etwas nervös.",
        "Ich habe es zuerst im Chat versucht, aber der war geschlossen.",
        "Sonst bin ich mit dem Rad übrigens sehr zufrieden.",
    ),
    farewells=(
        "Mit freundlichen Grüßen",
        "Viele Grüße",
        "Freundliche Grüße",
        "Beste Grüße",
        "Danke im Voraus",
        "Herzliche Grüße",
    ),
    hello="Guten Tag {first},",
    leads=(
        "vielen Dank für Ihre Nachricht.",
        "danke für Ihre Nachricht und die klare Beschreibung.",
        "das tut mir leid.",
        "danke, dass Sie sich melden.",
        "gut, dass Sie schreiben.",
        "ich habe mir das gerade angesehen.",
    ),
    offers=(
        "Antworten Sie einfach auf diese Mail, wenn etwas unklar ist.",
        "Melden Sie sich gern, wenn ich noch etwas tun kann.",
        "Wenn etwas nicht wie beschrieben klappt, schreiben Sie mir noch einmal.",
        "Gute Fahrt!",
        "",
    ),
    regards="Freundliche Grüße\n{agent}",
    wait=(
        "Ich habe die Kollegen im Lager gebeten, das von Hand zu prüfen. Bis spätestens {soon} hören Sie von mir.",
        "Das muss unser Lieferant beantworten. Ich erwarte seine Antwort bis {soon} und schreibe Ihnen dann in jedem Fall.",
    ),
    nudge=(
        "Ich wollte fragen, ob Sie meine Frage gesehen haben. Sobald Ihre Antwort da ist, geht es weiter.",
        "Eine kurze Erinnerung: Um Ihnen zu helfen, brauche ich noch Ihre Antwort.",
    ),
    giving_up=(
        "Ich habe nichts von Ihnen gehört und schließe die Anfrage vorerst. Antworten Sie jederzeit, dann öffnet sie sich wieder.",
        "Da keine Antwort kam, nehme ich an, dass es sich erledigt hat. Schreiben Sie einfach, falls nicht.",
    ),
    thanks=(
        "Vielen Dank!",
        "Vielen Dank für die Hilfe!",
        "Super, danke {agent}!",
        "Danke für alles, mit freundlichen Grüßen",
        "Alles funktioniert jetzt. Vielen Dank!",
    ),
    still=(
        (
            "Danke, noch eine Frage: Gilt das auch für den zweiten Artikel der Bestellung?",
            "Ja, es gilt für die ganze Bestellung {order}. Sie müssen nichts weiter tun.",
        ),
        (
            "Danke. Kann ich das auch schriftlich bekommen? Meine Versicherung verlangt es.",
            "Natürlich. Ein Brief mit der Bestellnummer {order} und der Rahmennummer {serial} ist per Post unterwegs und bis {soon} bei Ihnen.",
        ),
    ),
    wrote="Am {day} schrieb {agent}:",
)

STORIES = {
    "late_parcel": Words(
        (
            "Wo ist meine Bestellung {order}?",
            "Bestellung {order} nicht angekommen",
            "Lieferung des {bike} verspätet?",
            "Sendung {parcel} bewegt sich seit Tagen nicht",
        ),
        (
            "Ich habe am {date} ein {bike} bestellt (Bestellung {order}), mit Lieferung in fünf Tagen. Bisher kam nichts.",
            "Die Verfolgung der Sendung {parcel} zeigt seit dem {date} „unterwegs“. Können Sie herausfinden, wo sie ist?",
            "Meine Bestellung {order} sollte am {date} da sein. Der Paketdienst verweist nur auf den Absender.",
        ),
        (
            "Ich war den ganzen Tag zu Hause, und niemand hat geklingelt.",
            "Wenn es noch dauert, hole ich es lieber im Laden ab.",
            "Die {amount} sind schon abgebucht.",
        ),
        "Können Sie mir die Lieferadresse bestätigen und eine Telefonnummer für den Fahrer nennen?",
        "Die Adresse in der Bestellung stimmt, es ist der Eingang im Hof. Der Fahrer soll bei meinem Nachnamen klingeln.",
        (
            "Die Sendung {parcel} ist versehentlich im Depot geblieben. Sie ist wieder verladen und bis {soon} bei Ihnen.",
            "Ihr {bike} wurde einen Tag zu spät verpackt. Es ging heute früh mit der Nummer {parcel} raus und kommt bis {soon}.",
        ),
        "Auch der neue Termin ist vorbei, und es ist immer noch kein Paket da. Was nun?",
        "Ich habe {parcel} als verloren gemeldet und Ersatz per Express geschickt. Er kommt bis {soon}, die Fracht zahlen wir.",
    ),
    "return": Words(
        ("Rücksendung zu {order}", "Falsche Größe, kann ich das {bike} tauschen?", "Wie sende ich etwas zurück?"),
        (
            "Das {bike} in Größe {size} ist mir zu groß. Kann ich es gegen die nächstkleinere tauschen?",
            "Ich möchte einen Teil der Bestellung {order} zurückgeben. Er ist unbenutzt und noch im Karton.",
            "Die Jacke aus der Bestellung {order} passt nicht. Wie schicke ich sie zurück, und wer zahlt das?",
        ),
        (
            "Gekauft habe ich am {date}.",
            "Die Verpackung ist noch vollständig.",
            "Eine Erstattung von {small} wäre auch in Ordnung.",
        ),
        "Möchten Sie eine andere Größe oder Ihr Geld zurück? Und ist die Verpackung noch da?",
        "Bitte eine andere Größe, wenn Sie sie haben. Die Verpackung ist vollständig.",
        (
            "Kein Problem. Das Rücksendeetikett ist unterwegs; geben Sie das Paket bis {soon} in einem Paketshop ab. Wir tauschen, sobald es gescannt ist.",
            "Sie haben 30 Tage Zeit, das passt. Die Rücksendung zu {order} ist angemeldet; {small} folgen binnen fünf Tagen nach Eingang.",
        ),
        "Das Etikett geht nicht, im Shop heißt es, der Code sei abgelaufen.",
        "Entschuldigen Sie bitte. Ich habe ein neues Etikett erstellt, gültig bis {soon}, und den Code beim Paketdienst geprüft.",
    ),
    "wrong_item": Words(
        ("Falscher Artikel in {order}", "Bremsbeläge statt Kette erhalten", "Bestellung {order}: Es fehlt etwas"),
        (
            "Ich habe heute das Paket zu {order} geöffnet, und darin liegen fremde Teile.",
            "Zu {order} gehören eine Kette und zwei Reifen, gekommen sind Bremsbeläge und ein Reifen.",
            "Sie haben das Schloss für ein anderes Rad geschickt. Ich brauche das für das {bike}.",
        ),
        (
            "Ein Foto hänge ich an.",
            "Auf dem Lieferschein steht das Richtige.",
            "Ich brauche es bis {soon} für eine Tour.",
        ),
        "Welche Artikelnummer steht auf dem Beutel?",
        "Auf dem Etikett steht {serial}, der Beutel ist ungeöffnet.",
        (
            "Das war unser Fehler im Lager. Die richtigen Teile gehen heute mit {parcel} raus. Die falschen können Sie behalten oder verschenken.",
            "Den fehlenden Artikel aus {order} habe ich per Express verschickt, er ist bis {soon} bei Ihnen. Entschuldigen Sie die Verwechslung.",
        ),
        "Das zweite Paket ist da, und es ist wieder das falsche Teil!",
        "Diesmal war ich selbst am Regal und habe das richtige Teil eingepackt. Es ist mit {parcel} unterwegs.",
    ),
    "damaged": Words(
        ("Kratzer am Rahmen, Bestellung {order}", "{bike} beim Transport beschädigt", "Verbogenes Rad am neuen {bike}"),
        (
            "Mein {bike} kam am {date} mit einem tiefen Kratzer am Oberrohr. Der Karton hatte dort ein Loch.",
            "Das Hinterrad am {bike} aus {order} ist verbogen. So kann ich nicht fahren.",
            "Der Karton zu {order} war offen, und das Schutzblech ist gebrochen.",
        ),
        (
            "Der Fahrer hat den Schaden aufgenommen.",
            "Fotos hängen an.",
            "Ich habe {amount} bezahlt und ein heiles Rad erwartet.",
        ),
        "Können Sie mir zwei Fotos schicken, vom Karton und vom Schaden? Der Spediteur verlangt beide.",
        "Hier sind die Fotos. Das Loch im Karton ist links, etwa auf Höhe des Sattels.",
        (
            "Danke für die Fotos. Ich habe den Schaden gemeldet. Wir zahlen die Reparatur in einer Werkstatt in Ihrer Nähe bis {amount}; schicken Sie uns einfach die Rechnung.",
            "Ein neues Teil für Ihr {bike} geht heute mit {parcel} raus. Wenn Sie möchten, montiert es ein Mechaniker am {soon} bei Ihnen zu Hause.",
        ),
        "Das neue Teil passt nicht, die Löcher sitzen woanders.",
        "Sie haben recht, es war für das Vorjahresmodell. Das richtige ist mit {parcel} unterwegs, und für die Mühe schreibe ich Ihnen {small} gut.",
    ),
    "advice": Words(
        ("Welche Rahmengröße bei {cm} cm?", "Frage zum {bike} vor dem Kauf", "Passt der Gepäckträger ans {bike}?"),
        (
            "Ich bin {cm} cm groß und liege beim {bike} zwischen zwei Größen. Welche empfehlen Sie?",
            "Passen ans {bike} 45-mm-Reifen mit Schutzblechen? Im Winter fahre ich auf Schotter.",
            "Ist das {bike} in Größe {size} vorrätig, und wäre es vor dem {soon} bei mir?",
        ),
        (
            "Meine Schrittlänge ist etwa die Hälfte davon.",
            "Ich fahre täglich {km} km zur Arbeit.",
            "Mein altes Rad hatte Größe {size}.",
        ),
        "Wie sitzen Sie gern, eher aufrecht oder sportlich? Dann kann ich es sicher sagen.",
        "Eher aufrecht, mein Nacken ist steif. Und ich habe zwei Taschen dabei.",
        (
            "Bei {cm} cm nehmen Sie Größe {size}. Mit dem kurzen Vorbau sitzen Sie aufrecht, und der Lenker lässt sich noch 3 cm anheben.",
            "Am {bike} ist Platz für 45 mm mit Schutzblechen. Größe {size} ist vorrätig; heute bestellt, ist es bis {soon} bei Ihnen.",
        ),
        "Ich habe es bei Freunden probiert, und es fühlt sich zu lang an. Doch lieber kleiner?",
        "Dann eine Größe kleiner; es ist 12 mm kürzer. Ich habe es vermerkt, ein Tausch kostet Sie also nichts.",
    ),
    "fleet": Words(
        ("Angebot für {n} Räder", "{n} E-Bikes für unsere Belegschaft", "Wartungsvertrag für unsere Räder"),
        (
            "Wir möchten {n} {ebike} für unsere Belegschaft kaufen und bitten um ein Angebot mit Lieferung vor dem {soon}.",
            "Unsere Gäste leihen Räder, und {n} davon brauchen vor der Saison eine Wartung. Was kostet ein Vertrag?",
            "Können Sie das Angebot vom {date} über {n} {bike} verlängern? Unser Vorstand tagt später als geplant.",
        ),
        ("Die Liste hängt an.", "Wir brauchen eine Rechnung über alles.", "Helme und Schlösser sollten dabei sein."),
        "Welche Rahmengrößen brauchen Sie, und sollen wir montiert an eine Adresse liefern?",
        "Die Hälfte M, der Rest S und L. Eine Adresse, montiert, bitte mit Hebebühne.",
        (
            "Das Angebot über {n} {ebike} ist unterwegs: {amount} pro Stück mit Montage und Lieferung, gültig bis {soon}.",
            "Bei {n} Rädern kommen wir zweimal im Jahr. Das kostet {small} pro Rad und Besuch, Teile extra. Der Vertrag folgt mit der nächsten Mail.",
        ),
        "Unser Einkauf bittet um 30 statt 14 Tage Zahlungsziel. Geht das?",
        "Ja, 30 Tage sind in Ordnung. Ich habe es im Angebot und im Konto geändert.",
    ),
    "invoice": Words(
        ("Rechnung zu {order}", "USt-IdNr. fehlt auf {invoice}", "Bitte Kopie der Rechnung {invoice}"),
        (
            "Ich finde die Rechnung zur Bestellung {order} nicht. Können Sie sie noch einmal senden?",
            "Auf der Rechnung {invoice} fehlt unsere USt-IdNr. Die Buchhaltung braucht sie bis Monatsende.",
            "Bitte ändern Sie die Adresse auf der Rechnung {invoice} von der privaten auf die der Firma.",
        ),
        ("Der Betrag war {amount}.", "Die Bestellung ist vom {date}.", "Ein PDF genügt."),
        "Welcher Name und welche Anschrift sollen genau auf der Rechnung stehen?",
        "Wie in der Bestellung, und bitte mit unserer Bestellnummer {serial}.",
        (
            "Ich habe Ihnen die Rechnung {invoice} noch einmal als PDF geschickt. Sie finden sie auch unter „Meine Bestellungen“.",
            "Ich habe {invoice} korrigiert und die alte storniert. Auf der neuen stehen die USt-IdNr. und die Summe von {amount}.",
        ),
        "Die Summe der neuen Rechnung ist eine andere als vorher. Prüfen Sie das bitte?",
        "Gut gesehen, die Fracht fehlte. Jetzt stimmt die Rechnung, sie lautet auf {amount}.",
    ),
    "charged_twice": Words(
        ("Doppelt abgebucht zu {order}", "{amount} zweimal abgebucht", "Doppelte Zahlung"),
        (
            "Für {order} wurden zweimal {amount} von meiner Karte abgebucht. Ich habe nur einmal bestellt.",
            "Am {date} haben Sie {amount} abgebucht und am Tag danach noch einmal. Bitte zahlen Sie einen Betrag zurück.",
            "Die Zahlungsseite zeigte einen Fehler, also habe ich erneut bezahlt. Nun sind beide Zahlungen über {amount} durch.",
        ),
        (
            "Meine Bank sagt, nur Sie können das stornieren.",
            "Ein Bildschirmfoto hängt an.",
            "Das ist für mich viel Geld.",
        ),
        "Können Sie mir die letzten vier Ziffern der Karte und die Daten beider Buchungen nennen?",
        "Sie endet auf 4417. Die Buchungen sind vom {date} und vom Tag danach, je {amount}.",
        (
            "Sie haben recht: Eine davon war nur vorgemerkt, ich habe sie freigegeben. Je nach Bank verschwindet sie bis {soon}.",
            "Die zweite Zahlung zu {order} ist eingegangen. Ich habe heute {amount} auf Ihre Karte erstattet; das dauert bis zu drei Bankarbeitstage.",
        ),
        "Eine Woche ist vorbei, und das Geld ist noch nicht da.",
        "Ich habe bei unserer Bank nachgefragt: Die {amount} hingen fest und gehen heute erneut raus. Ich bitte um Entschuldigung.",
    ),
    "refund": Words(
        ("Erstattung zu {order} fehlt", "Wann bekomme ich mein Geld?", "Erstattung von {amount}"),
        (
            "Ich habe {order} am {date} zurückgeschickt, aber die {amount} sind nicht da.",
            "Laut Verfolgung ist meine Rücksendung zu {order} angekommen. Wann zahlen Sie?",
            "Die Erstattung zu {order} ist zu niedrig: Es kamen weniger als {amount} an.",
        ),
        ("Die Sendungsnummer war {parcel}.", "Bezahlt habe ich mit Karte.", "Die Karte wurde inzwischen ersetzt."),
        "Wurde die Karte seit der Bestellung ersetzt? Dann brauche ich eine Kontonummer.",
        "Ja, die alte gibt es nicht mehr. Das neue Konto steht in meinem Profil.",
        (
            "Ihre Rücksendung wurde am {date} erfasst, und die {amount} gingen heute raus. In zwei bis drei Tagen sind sie da.",
            "Die Fracht wurde versehentlich abgezogen. Den Rest von {small} habe ich auf dieselbe Karte erstattet.",
        ),
        "Immer noch nichts auf dem Konto, auch die Bank habe ich gefragt.",
        "Die Überweisung kam wegen eines Zahlendrehers zurück. Heute ging sie an das richtige Konto, {amount}.",
    ),
    "plan": Words(
        ("Kündigung des Serviceplans", "Serviceplan über den Winter pausieren", "Frage zum Plus-Plan"),
        (
            "Ich möchte den Serviceplan für mein {bike} zum nächstmöglichen Termin kündigen.",
            "Kann ich den Plus-Plan ab dem {soon} pausieren? Das Rad steht im Winter im Keller.",
            "Der Plan kostet jetzt {small} im Monat. Was ist enthalten?",
        ),
        ("Die Rahmennummer ist {serial}.", "Ich habe das Rad verkauft.", "In der App fand ich dafür keinen Knopf."),
        "Möchten Sie ganz kündigen, oder reicht eine Pause bis zum Frühjahr?",
        "Eine Pause bis April wäre ideal, wenn der Preis bleibt.",
        (
            "Ihr Plan ist gekündigt und endet am {soon}. Sie müssen nichts weiter tun, danach wird nichts mehr abgebucht.",
            "Der Plan für {serial} ruht ab dem {soon}. Im April läuft er von selbst für dieselben {small} im Monat weiter.",
        ),
        "Es wurden wieder {small} abgebucht, obwohl der Plan gekündigt ist.",
        "Diese Buchung war schon unterwegs. Ich habe {small} erstattet und geprüft, dass keine weitere folgt.",
    ),
    "battery": Words(
        ("{ebike}: Akku lädt nicht", "Reichweite des {ebike} nur {km} km", "Fehler {code} im Display"),
        (
            "Der Akku meines {ebike} hört bei {full} Prozent auf zu laden, und die Lampe blinkt rot.",
            "Neu schaffte das {ebike} {full} km, jetzt sind es {km} km bei gleicher Unterstützung.",
            "Das Display zeigt {code}, und der Motor geht an jeder Steigung aus.",
        ),
        ("Gekauft am {bought}.", "Das Rad steht in einem kalten Schuppen.", "Die Rahmennummer ist {serial}."),
        "Wie lautet die Seriennummer des Akkus, und wie blinken die Lampen, wenn Sie den Knopf fünf Sekunden halten?",
        "Die Seriennummer ist {serial}. Zwei Lampen blinken dreimal, dann gehen alle aus.",
        (
            "Dreimal Blinken heißt, dass der Akku zum Laden zu kalt ist. Lassen Sie ihn erst zwei Stunden im Warmen stehen; dann kommt auch die Reichweite zurück.",
            "{code} ist der Sensor in der Kurbel. Die Garantie gilt noch, eine Werkstatt in Ihrer Nähe tauscht ihn kostenlos; sie erwartet Sie ab dem {soon}.",
        ),
        "Nach zwei Tagen ist der Fehler {code} wieder da.",
        "Dann ist der Akku selbst defekt. Ein neuer kommt bis {soon}; der Fahrer nimmt den alten mit.",
    ),
    "app": Words(
        ("App findet mein {ebike} nicht", "Anmeldung in der App geht nicht", "App {version} schließt sich von selbst"),
        (
            "Seit der Version {version} findet die App mein {ebike} nicht mehr.",
            "Ich kann mich in der App nicht anmelden. Der Code per Mail kommt nie an.",
            "Die App schließt sich, sobald ich die Karte öffne, Version {version}.",
        ),
        ("Neu gestartet habe ich schon alles.", "Mein Telefon ist zwei Jahre alt.", "Ein Bildschirmfoto hängt an."),
        "Welches Telefon und welche Version haben Sie, und darf die App in den Einstellungen Bluetooth nutzen?",
        "Version {version}, und Bluetooth war für die App aus. Ich habe es eingeschaltet, sie verbindet sich trotzdem nicht.",
        (
            "Bitte entfernen Sie das Rad unter „Meine Räder“ und fügen es mit der Rahmennummer {serial} neu hinzu. Seit {version} ist das einmal nötig.",
            "In der Adresse Ihres Kontos war ein Tippfehler. Ich habe ihn korrigiert, der Code kommt jetzt binnen einer Minute.",
        ),
        "Einen Tag lang ging es, nun ist das Rad wieder aus der Liste verschwunden.",
        "Das ist ein Fehler bei uns mit dem {ebike}. Die heutige Version behebt ihn; nach der Aktualisierung bleibt das Rad in der Liste.",
    ),
    "brakes": Words(
        ("Scheibenbremse quietscht am {bike}", "Gänge springen am {bike}", "Geräusch an der Kurbel"),
        (
            "Die Vorderbremse meines {bike} quietscht so laut, dass sich die Leute umdrehen.",
            "Am {bike} springen unter Last die Gänge, meist in der Mitte der Kassette.",
            "An der Kurbel meines {bike} knackt es bei jeder Umdrehung.",
        ),
        ("Gefahren bin ich etwa 800 km.", "Im Frühjahr war es bei der Wartung.", "Bei Regen ist es schlimmer."),
        "Ist es immer so oder nur bei Nässe? Und haben Sie die Scheiben mit Spray gereinigt?",
        "Nur bei Nässe. Ehrlich gesagt kann Kettenspray an die Scheibe gekommen sein.",
        (
            "Dann ist Fett auf den Belägen. Reinigen Sie die Scheibe mit Alkohol und bremsen Sie zwanzigmal kräftig aus 25 km/h. Hilft das nicht, schicken wir neue Beläge für {small}.",
            "Drehen Sie die Stellschraube am Schaltwerk eine halbe Umdrehung nach links. Springt es weiter, erledigt es die Werkstatt bis {soon} kostenlos.",
        ),
        "Ich habe alles gemacht, und es ist genau wie vorher.",
        "Dann sehen wir es uns an. Ich habe für Sie am {soon} einen Termin in der Werkstatt gebucht, wir zahlen.",
    ),
    "outage": Words(
        (
            "App gestört? Mein Rad ist gesperrt",
            "Kann mein {ebike} nicht entsperren",
            "Keine Verbindung in der App",
            "Schloss öffnet nicht",
            "Gibt es eine Störung?",
        ),
        (
            "Die App meldet „keine Verbindung“, und ich kann mein {ebike} nicht entsperren. Ich stehe vor dem Bahnhof.",
            "Seit heute früh reagiert das digitale Schloss am {ebike} nicht. Die App lädt endlos.",
            "Ich komme nicht in die App und kann das Schloss nicht öffnen. Zur Arbeit musste ich mit dem Bus.",
            "Ist Ihr System ausgefallen? Unsere beiden Räder sind gesperrt, und die App zeigt Fehler {code}.",
        ),
        ("Bitte helfen Sie schnell.", "Die Rahmennummer ist {serial}.", "Die ganze Familie braucht das Rad."),
        "",
        "",
        (
            "Unsere Server sind seit heute früh gestört, wir arbeiten daran. Das Schloss öffnet auch von Hand: Knopf zehn Sekunden halten und die letzten vier Ziffern von {serial} eingeben.",
            "Die Störung ist behoben, die App verbindet sich wieder. Bitte schließen Sie sie einmal und öffnen sie neu. Es tut mir leid; wir schreiben Ihnen {small} gut.",
        ),
        "Gestern Abend ging es, heute früh ist es wieder gesperrt.",
        "Auch der zweite Fehler ist behoben. Ihr {ebike} ist entsperrt, ich sehe es hier.",
    ),
}
