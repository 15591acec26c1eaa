#!/usr/bin/env python3
"""Checks that every relative link leads somewhere, anchors included: in the *.md files and in the built book."""

import html.parser
import pathlib
import re
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
BOOK = ROOT / "book" / "book"
# Part of the API's documentation: rustdoc resolves these links, and checks them.
RUSTDOC = ROOT / "macros" / "docs"


class Page(html.parser.HTMLParser):
    """The ids and the links of an HTML page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("id", "name") and tag != "meta":
                self.ids.add(value)
            elif name in ("href", "src") and value is not None:
                self.links.append(value)


def prose(text):
    """Markdown without its code."""
    text = re.sub(r"^( *)```.*?^ *```", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", lambda code: "x" * len(code[0]), text)


def markdown_links(text):
    text = prose(text)
    inline = re.findall(r"\]\(\s*<?([^)\s>]+)", text)
    return inline + re.findall(r"^\[[^\]]+\]:\s*(\S+)", text, flags=re.M)


def markdown_ids(text):
    """The anchors that GitHub and mdBook make of headings."""
    ids = set()
    text = re.sub(r"^( *)```.*?^ *```", "", text, flags=re.M | re.S)
    for heading in re.findall(r"^#+ +(.*?)\s*$", text, flags=re.M):
        heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        while (unique := slug + (f"-{number}" if number else "")) in ids:
            number += 1
        ids.add(unique)
    return ids


def ids_of(path):
    text = path.read_text(encoding="utf-8")
    return Page(text).ids if path.suffix == ".html" else markdown_ids(text)


def broken(path, link):
    """Why a link of this file leads nowhere; None if it leads somewhere, or out of the repository."""
    parts = urllib.parse.urlsplit(link)
    if parts.scheme or parts.netloc or link.startswith("/"):
        return None
    target = path
    if parts.path:
        target = (path.parent / urllib.parse.unquote(parts.path)).resolve()
    if target.is_dir() and path.suffix == ".html":
        target = target / "index.html"
    if not target.exists():
        return "no such file"
    if parts.fragment and target.suffix in (".md", ".html"):
        if urllib.parse.unquote(parts.fragment) not in ids_of(target):
            return "no such anchor"
    return None


def main():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\n")
    files = [ROOT / name for name in listed if name and RUSTDOC not in (ROOT / name).parents]
    pages = sorted(BOOK.rglob("*.html"))
    if len(files) < 5 or len(pages) < 5:
        sys.exit(f"only {len(files)} *.md files and {len(pages)} pages of the book: is it built?")
    count, failures = 0, []
    for path in files + pages:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html" and "{{#" in text:
            failures.append(f"{path.relative_to(ROOT)}: an include is left over")
        links = Page(text).links if path.suffix == ".html" else markdown_links(text)
        for link in links:
            count += 1
            if why := broken(path, link):
                failures.append(f"{path.relative_to(ROOT)}: {link}: {why}")
    print(f"{count} links in {len(files)} *.md files and {len(pages)} pages of the book")
    sys.exit("\n".join(failures) if failures else 0)


if __name__ == "__main__":
    main()
