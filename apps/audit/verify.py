#!/usr/bin/env python3
"""Checks an export of an audit log (JSON lines) without the product: python3 verify.py FILE [LINK]

Every entry's link is the SHA-256 of the link before it, as text, and of the entry's digest. The digest is the
SHA-256 of the entry's fields, each as its length in bytes, a colon, the text and a comma. An entry with a seal has
in the place of its title, address and changes a commitment: the SHA-256 of a salt and the value, or what the seal
says where the value was erased. So whoever alters, removes, adds or moves an entry breaks the chain there, unless
they write every later link anew: compare the last link, which this program prints, with one kept elsewhere (LINK).
"""
import hashlib
import json
import sys

FIELDS = [
    "at", "category", "action", "entity", "row_id", "title", "actor", "user_id", "address", "request", "changes",
]
ERASABLE = ["title", "address", "changes"]


def said(entry):
    """What the chain knows of each field, and whether something was erased."""
    known, erased = {field: entry[field] or "" for field in FIELDS}, set()
    seals = entry["seal"].split(".") if entry["seal"] else []
    if len(seals) not in (0, 3) or not (seals or known["changes"].startswith("{")):
        sys.exit(f"entry {entry['seq']}: it was altered, moved or added")
    for field, seal in zip(ERASABLE, seals):
        if len(seal) == 16:
            known[field] = hashlib.sha256((seal + known[field]).encode()).hexdigest()
        elif known[field]:
            sys.exit(f"entry {entry['seq']}: it was altered, moved or added")
        else:
            known[field] = seal
            erased.add(field)
    return known, erased


def digest(known):
    """The digest of an entry, without its place in the chain."""
    parts = hashlib.sha256()
    for field in FIELDS:
        text = known[field].encode()
        parts.update(b"%d:%s," % (len(text), text))
    return parts.digest()


def vouchers(entries):
    """Where the log begins, and what may be missing: never more than was erased by right, by a later entry."""
    first, expired, people, rows = (1, "0" * 64), {}, {}, {}
    for entry in (entry for entry in entries if entry["category"] == "trail"):
        told, number = json.loads(entry["changes"]), entry["seq"]
        if entry["action"] == "forgotten":
            people[entry["row_id"]] = number
            rows.update((row, number) for row in told["rows"][1])
        elif entry["row_id"]:
            expired[entry["row_id"]] = (told["seq"][1], number)
        else:
            first = (told["first_seq"][1], told["first_link"][1])

    def allowed(entry):
        number, access = entry["seq"], entry["category"] == "access"
        until, by = expired.get(entry["category"], (0, 0))
        person = number < people.get(entry["user_id"], 0)
        about = number < rows.get(f"{entry['entity']}/{entry['row_id']}", 0) or (person and access)
        over = number <= until and number < by
        return {field for field in ERASABLE if over or (person if field == "address" else about)}

    return first, allowed


def check(lines):
    """Follows the chain; gives the number of entries and the last link, or what does not fit."""
    entries = sorted((json.loads(line) for line in lines if line.strip()), key=lambda entry: entry["seq"])
    (expected, link), allowed = vouchers(entries)
    for entry in entries:
        number, (known, erased) = entry["seq"], said(entry)
        if number != expected:
            sys.exit(f"entry {min(number, expected)}: it is missing, or there twice")
        link = hashlib.sha256(link.encode() + digest(known)).hexdigest()
        if link != entry["link"]:
            sys.exit(f"entry {number}: it was altered, moved or added")
        if erased - allowed(entry):
            sys.exit(f"entry {number}: a part of it was erased, and no entry says by what right")
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
