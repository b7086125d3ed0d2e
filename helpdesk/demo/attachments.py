"""Small real files for demo mails, made by code: screenshots, order lists, invoices."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class File:
    """A file to attach; `seed` decides its content, so that the same plan makes the same bytes."""

    name: str
    kind: str
    seed: int

    @property
    def content_type(self) -> str:
        return {"png": "image/png", "csv": "text/csv", "pdf": "application/pdf"}[self.kind]

    def data(self) -> bytes:
        return {"png": screenshot, "csv": order_list, "pdf": invoice}[self.kind](Random(self.seed))


def screenshot(rng: Random) -> bytes:
    """A telephone's screen as a PNG: a title bar, some cards, one of them in a warning colour."""
    width, height = 270, 480
    paper, ink = b"\xf4\xf5\xf7" * width, bytes((30, rng.randrange(60, 110), rng.randrange(110, 170))) * width
    rows = [ink if y < 48 else paper for y in range(height)]
    top, warned = 64, rng.randrange(4)
    for card in range(4):
        tall = rng.randrange(50, 90)
        colour = b"\xd9\x4f\x3d" if card == warned else b"\xff\xff\xff"
        for y in range(top, min(top + tall, height)):
            rows[y] = paper[:36] + colour * (width - 24) + paper[:36]
        for line in range(rng.randrange(1, 4)):
            words = 30 + rng.randrange(150)
            for y in range(top + 12 + line * 14, min(top + 17 + line * 14, height)):
                rows[y] = (
                    paper[:36] + colour * 10 + b"\x8a\x93\x9c" * words + colour * (width - 34 - words) + paper[:36]
                )
        top += tall + 12
    picture = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", picture) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def order_list(rng: Random) -> bytes:
    """What an organisation wants to order, as a spreadsheet exports it."""
    lines = ["article;name;quantity;frame size"]
    for name in ("Kyst e7", "Lund 28", "Fjell 3", "Strand cargo", "Helmet City", "Lock N5"):
        if rng.random() < 0.7:
            lines.append(f"{rng.randrange(10_000, 99_999)};{name};{rng.randrange(1, 24)};{rng.choice('SML')}")
    return ("\r\n".join(lines) + "\r\n").encode()


def invoice(rng: Random) -> bytes:
    """A one-page PDF with an invoice number and three lines."""
    number = f"F-{rng.randrange(10_000, 99_999)}"
    lines = [f"Pedalund   Invoice {number}", ""]
    total = 0
    for name in rng.sample(["Kyst e7", "Lund 28", "Service plan Plus", "Brake pads B12", "Lock N5", "Freight"], 3):
        price = rng.randrange(12, 240) * 5
        total += price
        lines.append(f"1 x {name}   {price}.00 EUR")
    lines += ["", f"To pay: {total}.00 EUR within 14 days"]
    text = "BT /F1 12 Tf 60 760 Td 18 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = "%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + end + trailer).encode("ascii")
