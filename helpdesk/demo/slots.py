"""The particulars of a ticket: order and invoice numbers, models, amounts and dates as the language writes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

_BIKES = ("Lund 28", "Fjell 3", "Kyst e7", "Strand cargo", "Eng 24", "Vidda gravel", "Kyst e5", "Havn 8", "Bakke e9")
_ELECTRIC = ("Kyst e7", "Kyst e5", "Bakke e9", "Strand cargo e2", "Havn e8")

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_DAY = {"en": "{} {}", "da": "{}. {}", "nb": "{}. {}", "pl": "{} {}", "uk": "{} {}", "de": "{}. {}"}


def day(moment: datetime, language: str) -> str:
    return _DAY[language].format(moment.day, _MONTHS[language].split()[moment.month - 1])


def amount(euros: int, language: str) -> str:
    """A price in the currency of the country, grouped and signed as it is there."""
    if language == "en":
        return f"£{euros * 0.86:,.2f}"
    if language == "de":
        return f"{euros:,}".replace(",", ".") + ",00 €"
    rate, sign, space = {
        "da": (7.46, "kr.", "."),
        "nb": (11.7, "kr", " "),
        "pl": (4.3, "zł", " "),
        "uk": (48.5, "грн", " "),
    }[language]
    return f"{round(euros * rate):,}".replace(",", space) + f" {sign}"


def slots(rng: Random, language: str, at: datetime) -> dict[str, str]:
    """Fill every slot that a story may name; no two tickets share their numbers in practice."""
    return {
        "order": f"PD-{rng.randrange(100_000, 999_999)}",
        "invoice": f"F-{rng.randrange(10_000, 99_999)}",
        "parcel": f"JX{rng.randrange(10**8, 10**9)}",
        "serial": f"{rng.choice('KBHS')}{rng.randrange(10, 99)}-{rng.randrange(10_000, 99_999)}",
        "bike": rng.choice(_BIKES),
        "ebike": rng.choice(_ELECTRIC),
        "amount": amount(rng.randrange(18, 190) * 5, language),
        "small": amount(rng.randrange(9, 60), language),
        "date": day(at - timedelta(days=rng.randrange(4, 16)), language),
        "bought": day(at - timedelta(days=rng.randrange(40, 170)), language),
        "soon": day(at + timedelta(days=rng.randrange(2, 8)), language),
        "n": str(rng.randrange(4, 36)),
        "km": str(rng.randrange(9, 34)),
        "full": str(rng.randrange(60, 95)),
        "code": f"E{rng.randrange(2, 39):02}",
        "size": str(rng.choice((50, 52, 54, 56, 58, 60))),
        "cm": str(rng.randrange(158, 199)),
        "version": f"{rng.randrange(3, 5)}.{rng.randrange(1, 20)}.{rng.randrange(0, 9)}",
    }
