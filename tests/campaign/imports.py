"""Damaged files of other tools: each is refused with a reason, or becomes a collection that can be written and read."""

from pathlib import Path
from random import Random

from tests.campaign.row import TOO_MANY, Outcome, Row
from workbench.files.collections import loads
from workbench.files.editing import new_document
from workbench.interchange.any_in import from_any
from workbench.model.errors import CollectionError

CASES = Path(__file__).parents[1] / "cases" / "imports"
CURL = b"""curl 'https://a.example/x?y=1&z={{w}}' -X PUT -H "authorization: Bearer $TOKEN" -b 'a=b; c=d' \\
  --data-raw $'{"a": "it\\'s \\u00e9"}' --compressed | jq . > out
curl -G a.example -d @x --data-urlencode 'q=a b' -F 'f=@y;type=image/png' --next b.example <<'EOF'
text
EOF
"""
PIECES = (
    *(b"{ } [ ] null {{ }} \\ ' $' - : &a *a 1e999 $ref << %zz".split(b" ")),
    *(b'"', b"\xff", b"\0", b"\n", b"- ", b": ", b"\xed\xa0\x80"),
)


def damaged(data: bytes, chance: Random) -> bytes:
    """The data with a few pieces cut, doubled, or put in."""
    for _ in range(chance.randrange(1, 6)):
        at, end = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        end = min(end, at + chance.choice((1, 5, 40, 400)))
        kind = chance.randrange(4)
        if kind == 0:
            data = data[:at] + data[end:]
        elif kind == 1:
            data = data[:end] + data[at:end] + data[end:]
        elif kind == 2:
            data = data[:at] + chance.choice(PIECES) + data[at:]
        else:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        data = data or b"x"
    return data


def imports(count: int, chance: Random) -> Outcome:
    """Import damaged files."""
    samples = [CURL, *(path.read_bytes() for path in sorted(CASES.iterdir()))]
    failures: list[str] = []
    taken = 0
    for number in range(count):
        data = damaged(samples[number % len(samples)], chance)
        try:
            imported = from_any(data, service="shop")
            loads(new_document(imported.collection), path="x.toml")
            taken += 1
        except ValueError:
            continue
        except CollectionError as error:
            failures.append(f"no. {number}: what was made of it is no collection: {error.message[:300]}")
        except Exception as error:  # noqa: BLE001 - a document is refused with a ValueError only: another is a failure
            failures.append(f"no. {number}: {type(error).__name__}: {error}"[:400])
        if len(failures) >= TOO_MANY:
            break
    return Outcome(count, tuple(failures), f"{taken:,} could still be imported")


ROWS = (Row("damaged files of other tools, imported", imports, full=20_000, short=60),)
