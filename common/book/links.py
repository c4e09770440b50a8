"""Links inside the book lead somewhere: to a file, to a heading, to an image."""
from __future__ import annotations

import re
from typing import Iterator, NamedTuple, Optional
from urllib.parse import unquote

from pages import BookError, Page, Problem, without_code_spans

MIN_ALT_TEXT = 40

INLINE = re.compile(r"(?P<image>!)?\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\]\([^)]*\)|\[[^\[\]]*\])*)\]"
                    r"\(\s*<?(?P<target>[^)\s>]*)>?(?:\s+[\"'(][^)]*)?\)")
NESTED = re.compile(r"!\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)")
DEFINITION = re.compile(r"^\s{0,3}\[[^\]^][^\]]*\]:\s*<?(?P<target>[^\s>]+)")
HTML = re.compile(r"<(?P<tag>a|img)\b[^>]*?\b(?:href|src)=\"(?P<target>[^\"]*)\"[^>]*>")
ALT = re.compile(r"\balt=\"([^\"]*)\"")
HTML_ANCHOR = re.compile(r"<\w+\b[^>]*?\b(?:id|name)=\"([^\"]+)\"")
HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*\s*$")
EXTERNAL = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:|//)")
LINE_NUMBER = re.compile(r"^L\d+(-L?\d+)?$")


class Link(NamedTuple):
    """A link that stays in the book. `alt` is an image's text, else None."""

    line: int
    target: str
    alt: Optional[str]


def links(page: Page) -> Iterator[Link]:
    """The page's links to other places of the book, external ones left out."""
    for line, text in page.prose:
        for link in links_in(line, without_code_spans(text)):
            if link.target and not EXTERNAL.match(link.target):
                yield link


def links_in(line: int, text: str) -> Iterator[Link]:
    for found in INLINE.finditer(text):
        yield Link(line, found["target"], found["text"] if found["image"] else None)
        for image in NESTED.finditer(found["text"]):
            yield Link(line, image["target"], image["text"])
    definition = DEFINITION.match(text)
    if definition:
        yield Link(line, definition["target"], None)
    for found in HTML.finditer(text):
        alt = ALT.search(found[0])
        is_image = found["tag"] == "img"
        yield Link(line, found["target"], (alt[1] if alt else "") if is_image else None)


def problems(page: Page) -> Iterator[Problem]:
    for link in links(page):
        try:
            follow(page, link.target)
        except BookError as error:
            yield page.problem(link.line, str(error))
        if link.alt is not None and len(link.alt) < MIN_ALT_TEXT:
            message = (f"the alt text of {link.target} has {len(link.alt)} characters; "
                       f"it tells the picture's story in {MIN_ALT_TEXT} or more")
            yield page.problem(link.line, message)


def follow(page: Page, target: str) -> None:
    """Raises if the link leads nowhere."""
    name, _, anchor = unquote(target).partition("#")
    path = page.resolve(name) if name else page.path
    if not path.exists():
        raise BookError(f"the link {target} leads to no file")
    if not anchor:
        return
    if LINE_NUMBER.match(anchor):
        raise BookError(f"the link {target} names a line, which won't stay where it is: "
                        "link to the file and quote a region")
    if path.suffix != ".md":
        raise BookError(f"the link {target} has an anchor, but {name} has no headings")
    known = anchors(page if path == page.path else Page(path, page.root))
    if anchor not in known:
        raise BookError(f"the link {target} leads to no heading; there are: {', '.join(known)}")


def anchors(page: Page) -> list[str]:
    """The page's anchors: GitHub's for its headings, and those set in HTML."""
    found: list[str] = []
    for _, text in page.prose:
        heading = HEADING.match(text)
        if heading:
            found.append(numbered(slug(heading["text"]), found))
        found += HTML_ANCHOR.findall(without_code_spans(text))
    return found


def slug(heading: str) -> str:
    """GitHub's anchor for a heading: letters, digits, `-`, `_`; spaces to `-`."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"</?\w[^>]*>", "", text)
    text = re.sub(r"[^\w\- ]", "", text.lower())
    return text.replace(" ", "-")


def numbered(anchor: str, taken: list[str]) -> str:
    """The second heading of the same name gets `-1`, and so on."""
    candidate, count = anchor, 0
    while candidate in taken:
        count += 1
        candidate = f"{anchor}-{count}"
    return candidate
