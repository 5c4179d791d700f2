#!/usr/bin/env python3
"""Checks an export of an audit log (JSON lines) without the product: python3 verify.py FILE [LINK]

Every entry's link is the SHA-256 of the link before it, as text, and of the entry's digest. The digest is the
SHA-256 of the entry's fields, each as its length in bytes, a colon, the text and a comma. So whoever alters,
removes, adds or moves an entry breaks the chain there, unless they write every later link anew: compare the last
link, which this program prints, with one that was written down elsewhere (LINK).
"""
import hashlib
import json
import sys

FIELDS = [
    "at", "category", "action", "entity", "row_id", "title", "actor", "user_id", "address", "request", "changes",
]
BEGINNING = "0" * 64


def digest(entry):
    """The digest of an entry, without its place in the chain."""
    parts = hashlib.sha256()
    for field in FIELDS:
        text = (entry[field] or "").encode()
        parts.update(b"%d:%s," % (len(text), text))
    return parts.digest()


def check(lines):
    """Follows the chain; gives the number of entries and the last link, or what does not fit."""
    entries = sorted((json.loads(line) for line in lines if line.strip()), key=lambda entry: entry["seq"])
    link, expected = BEGINNING, 1
    for entry in entries:
        number = entry["seq"]
        if number != expected:
            sys.exit(f"entry {min(number, expected)}: it is missing, or there twice")
        link = hashlib.sha256(link.encode() + digest(entry)).hexdigest()
        if link != entry["link"]:
            sys.exit(f"entry {number}: it was altered, moved or added")
        expected += 1
    return len(entries), link


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        count, link = check(file)
    if len(sys.argv) == 3 and sys.argv[2] != link:
        sys.exit(f"the last link is {link}, not {sys.argv[2]}: entries were removed at the end, or written anew")
    print(f"{count} entries, {link}")


if __name__ == "__main__":
    main()
