"""The organisations that buy from the invented company, with their mail domains."""

from __future__ import annotations

from datetime import datetime

from customers.models import Organization, OrganizationDomain

# name, domain, language, zone
ORGANISATIONS = (
    ("Havnens Cykelværksted", "havnens-cykler.example", "da", "Europe/Copenhagen"),
    ("Søndervig Strandhotel", "soendervig-hotel.example", "da", "Europe/Copenhagen"),
    ("Lillesund Kommune", "lillesund.example", "da", "Europe/Copenhagen"),
    ("Bybudet Aarhus", "bybudet.example", "da", "Europe/Copenhagen"),
    ("Grønbæk Ejendomme", "groenbaek-ejendomme.example", "da", "Europe/Copenhagen"),
    ("Fjordvik Sykkel", "fjordvik-sykkel.example", "nb", "Europe/Oslo"),
    ("Nordlia Eiendom", "nordlia.example", "nb", "Europe/Oslo"),
    ("Tindeveien Fjellstue", "tindeveien.example", "nb", "Europe/Oslo"),
    ("Bergenske Sykkelbud", "sykkelbud.example", "nb", "Europe/Oslo"),
    ("Rowerownia Pod Dębem", "rowerownia-debem.example", "pl", "Europe/Warsaw"),
    ("Kurier Zielona Strzała", "zielona-strzala.example", "pl", "Europe/Warsaw"),
    ("Hotel Nad Stawem", "nad-stawem.example", "pl", "Europe/Warsaw"),
    ("Biuro Rachunkowe Kalina", "kalina-rachunki.example", "pl", "Europe/Warsaw"),
    ("Spółdzielnia Jasna Polana", "jasna-polana.example", "pl", "Europe/Warsaw"),
    ("Веломайстерня «Спиця»", "spytsia.example", "uk", "Europe/Kyiv"),
    ("Кур'єрська служба «Ластівка»", "lastivka.example", "uk", "Europe/Kyiv"),
    ("ІТ-студія «Калина»", "kalyna-studio.example", "uk", "Europe/Kyiv"),
    ("Harbour Lane Cycles", "harbourlane.example", "en", "Europe/London"),
    ("Thistlewood School", "thistlewood.example", "en", "Europe/London"),
    ("Marrow & Finch Architects", "marrowfinch.example", "en", "Europe/London"),
    ("Ballycorrin Greenway Hire", "ballycorrin.example", "en", "Europe/Dublin"),
    ("Otterbrook Couriers", "otterbrook.example", "en", "Europe/London"),
    ("Radwerk Altmühle", "radwerk-altmuehle.example", "de", "Europe/Berlin"),
    ("Stadtwerke Birkenau am See", "stadtwerke-birkenau.example", "de", "Europe/Berlin"),
    ("Pension Lindenhof", "pension-lindenhof.example", "de", "Europe/Berlin"),
)
OURS = ("Pedalund", "pedalund.example", "en", "Europe/Copenhagen")
TIERS = ("Gold", "Silver", "Silver", "Bronze", "Bronze", "Bronze", None)


def _tier(place: int, is_ours: bool) -> str | None:
    return None if is_ours else TIERS[place % len(TIERS)]


def make_organisations(since: datetime) -> list[Organization]:
    """All of them, and last the company itself, whose people report problems too."""
    made = Organization.objects.bulk_create(
        Organization(name=row[0], language=row[2], time_zone=row[3], tier=_tier(place, row == OURS), created_at=since)
        for place, row in enumerate((*ORGANISATIONS, OURS))
    )
    OrganizationDomain.objects.bulk_create(
        OrganizationDomain(organization=made[n], domain=row[1]) for n, row in enumerate((*ORGANISATIONS, OURS))
    )
    return made
