"""A few invented documents, and a library of them."""

import json
from pathlib import Path

from bmo.capabilities.search import Document

RULES = """---
author: nobody
---
# The house of lanterns

Rules of a game that nobody plays.

## Moving

A keeper walks six steps in a turn. Climbing a wall costs two steps for each.

### In the dark

Without a lantern every step costs double, and nobody runs.

```
# this is no heading
```

## Lanterns

A lantern burns for three hours. Oil costs two coins.
"""
CATS = "The grey cat sleeps in the kitchen.\n\nIt is fed at seven in the morning, before the children leave."
BOATS = (
    {"id": "b1", "title": "Mending a hull", "text": "Planks of oak are steamed and bent, then nailed to the frame."},
    {"id": "b2", "title": "Sails", "text": "Canvas is sewn with waxed thread. Wind from behind fills the main sail."},
    {"id": "b3", "title": "", "text": "The harbour master collects fees from every boat at the quay."},
)


def write_corpus(folder: Path) -> Path:
    """Markdown, text and JSON Lines below `folder`."""
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "lanterns.md").write_text(RULES)
    (folder / "cats.txt").write_text(CATS)
    (folder / "boats.jsonl").write_text("".join(json.dumps(boat) + "\n" for boat in BOATS))
    return folder


DOCUMENTS = tuple(Document(boat["id"], boat["text"], boat["title"]) for boat in BOATS)


def pdf(text: str) -> bytes:
    """The smallest PDF with this line on its only page."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(made)
