"""Names as people in the countries of our customers have them; whoever bears one in truth is not meant."""

WOMEN = {
    "en": "Alice Beth Clara Dorothy Edith Freya Grace Harriet Isla Josie Keira Lucy Maeve Nell Orla Poppy Rosie Tessa",
    "da": "Astrid Bodil Camilla Ditte Emma Freja Gitte Helle Ida Julie Karen Laura Mette Nanna Pernille Rikke Signe Trine",
    "nb": "Anne Berit Cecilie Eli Frida Guro Hege Ingvild Jorunn Kari Live Marte Nina Oda Ragnhild Siri Tonje Vilde",
    "pl": "Agata Barbara Celina Dorota Ewa Gabriela Halina Iwona Joanna Kinga Lidia Magdalena Natalia Olga Renata Sylwia",
    "uk": "Олена Ірина Оксана Марія Наталія Тетяна Юлія Софія Анна Катерина Людмила Світлана Вікторія Дарина Леся Богдана",
    "de": "Anke Britta Carola Doris Elke Frauke Gesa Heike Inga Jutta Karin Lena Marlene Nele Petra Silke Tanja Wiebke",
}
MEN = {
    "en": "Adam Ben Callum Daniel Ewan Fergus George Harry Isaac Jack Liam Martin Neil Owen Peter Rory Simon Toby",
    "da": "Anders Bjarne Christian Dennis Emil Frederik Gustav Henrik Ivan Jesper Kasper Lars Morten Niels Ole Poul Rune Søren",
    "nb": "Arne Bjørn Dag Einar Fredrik Geir Håkon Ivar Jon Knut Leif Magnus Nils Odd Per Rolf Sindre Terje",
    "pl": "Adam Bartosz Cezary Damian Filip Grzegorz Henryk Igor Jakub Kamil Leszek Marcin Norbert Olaf Paweł Rafał Szymon",
    "uk": "Андрій Богдан Василь Дмитро Євген Іван Максим Микола Назар Остап Павло Роман Сергій Тарас Юрій Ярослав",
    "de": "Arne Bernd Carsten Dirk Erik Frank Gerd Holger Ingo Jens Klaus Lars Malte Norbert Olaf Ralf Sven Uwe",
}
# Ukrainians are greeted in the vocative.
CALLED = {
    "Олена": "Олено", "Ірина": "Ірино", "Оксана": "Оксано", "Марія": "Маріє", "Наталія": "Наталіє", "Тетяна": "Тетяно",
    "Юлія": "Юліє", "Софія": "Софіє", "Анна": "Анно", "Катерина": "Катерино", "Людмила": "Людмило", "Світлана": "Світлано",
    "Вікторія": "Вікторіє", "Дарина": "Дарино", "Леся": "Лесю", "Богдана": "Богдано",
    "Андрій": "Андрію", "Богдан": "Богдане", "Василь": "Василю", "Дмитро": "Дмитре", "Євген": "Євгене", "Іван": "Іване",
    "Максим": "Максиме", "Микола": "Миколо", "Назар": "Назаре", "Остап": "Остапе", "Павло": "Павле", "Роман": "Романе",
    "Сергій": "Сергію", "Тарас": "Тарасе", "Юрій": "Юрію", "Ярослав": "Ярославе",
}  # fmt: skip
FAMILIES = {
    "en": "Ashby Barlow Colborne Dunmore Eastwick Fairley Garside Hollis Inskip Kettering Larkspur Midgley Norcott Oakes "
    "Pinder Quayle Rushton Selwood Tarrant Underhay Wexley Yarrow",
    "da": "Abildgaard Bech Dalgaard Enevoldsen Frandsen Gregersen Hedegaard Iversen Kjeldsen Lauridsen Mogensen Nygaard "
    "Overgaard Poulsen Ravn Skovbo Thygesen Vestergaard Winther Østergaard",
    "nb": "Aasen Bakke Dahle Eikeland Fossum Grimstad Haugland Indrebø Kvamme Lunde Myhre Nordbø Opdal Rønning Sandvik "
    "Tveit Ulvestad Vollan Ødegård Åsheim",
    "pl": "Adamczyk Borowiec Cieślak Dudek Figura Gawron Jeleń Klimek Lipiec Mazurek Nawrot Olszak Pasternak Rogala "
    "Sobczak Tomczak Urbaniak Wrzosek Zaręba Żurek",
    "uk": "Бондаренко Василенко Гончарук Дмитренко Захарчук Іваненко Коваленко Литвин Мельничук Назаренко Олійник "
    "Петрук Романюк Савчук Ткаченко Федорук Хоменко Шевчук Юрчук Яременко",
    "de": "Ahlers Brinkmann Carstens Dehmel Engelke Förster Grabow Harms Ilgner Jansen Kröger Lohmann Menke Nolte Oetken "
    "Petersen Quast Reimers Sommer Thode",
}
_CYRILLIC = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch  iu ia ".split(" "),
        strict=False,
    )
)
_LATIN = str.maketrans({
    "æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ą": "a", "ć": "c", "ę": "e", "ł": "l",
    "ń": "n", "ó": "o", "ś": "s", "ź": "z", "ż": "z", **_CYRILLIC,
})  # fmt: skip


def mail_name(text: str) -> str:
    """A name as it stands in a mail address."""
    return text.lower().translate(_LATIN).replace("'", "")
