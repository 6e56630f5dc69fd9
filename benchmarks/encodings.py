"""Headlines in an 8-bit encoding that nobody declares: how many are read right."""

import json
from collections import defaultdict

from charset_normalizer import from_bytes

from benchmarks import measured
from bot.parse import decode

LANGUAGES = set(decode._CHARSET_LANGUAGES)  # noqa: SLF001 - the same encodings for both
ENCODINGS = sorted({name for code in LANGUAGES for name in decode.encodings_of(code)})


def texts(together: int) -> list[tuple[str, bytes, str]]:
    """Language, bytes and text of headlines, so many together, in each encoding of theirs."""
    rows = defaultdict(list)
    for line in measured.data("ministry_items.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["lang"]].append(f"{row['title'] or ''} {row['text'] or ''}")
    found = []
    for code in LANGUAGES & rows.keys():
        for name in decode.encodings_of(code):
            for start in range(0, len(rows[code]), together):
                body = "\n".join(rows[code][start : start + together]).encode(name, "ignore")
                if not body.isascii():
                    found.append((code, body, body.decode(name)))
    return found


def main() -> None:
    """Prints the table."""
    sets = [(together, texts(together)) for together in (1, 3, 10)]
    columns = ("headlines", "texts", "letters", "and language", "library", "of the same")
    print("".join(f"{column:>13}" for column in columns))
    for together, found in sets:
        right = [0, 0, 0, 0]
        for code, body, text in found:
            guesses = (
                body.decode(decode.guess_charset(body, None), "replace"),
                body.decode(decode.guess_charset(body, code), "replace"),
                str(from_bytes(body).best()),
                str(from_bytes(body, cp_isolation=ENCODINGS).best()),
            )
            right = [count + (guess == text) for count, guess in zip(right, guesses, strict=True)]
        print("".join(f"{count:13}" for count in (together, len(found), *right)))


if __name__ == "__main__":
    main()
