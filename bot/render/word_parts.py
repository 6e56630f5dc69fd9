"""Write what python-docx does not: footnotes, links, bookmarks, and the language and direction of
words (ECMA-376, part 1).

Footnotes are real ones: Word numbers them, and shows them at the foot of each page.
"""

import re
import unicodedata
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.text import readable

NOTE_TEXT, NOTE_SIGN, LINK = "footnote text", "footnote reference", "hyperlink"
"""The styles that Word has of these names, case aside."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}]{1,2000}", re.IGNORECASE)
_SEPARATORS = {-1: "separator", 0: "continuationSeparator"}
"""The lines between a page and its footnotes, by the numbers that Word gives them."""


class WordWriter:
    """Writes words into the paragraphs of a document, and footnotes for them.

    `document` may come from a template: its styles and its footnotes stay.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        _add_styles(document)
        named = {style.name.casefold(): style.style_id for style in document.styles if style.name}
        self._ids = {name: named[name] for name in (NOTE_TEXT, NOTE_SIGN, LINK)}
        self._notes = _footnotes(document)
        self._note = max(
            (int(each.get(qn("w:id"), "0")) for each in self._notes.element), default=0
        )
        self._bookmarks = 0

    def write(self, paragraph: Paragraph, text: str, language: str | None = None) -> Run:
        """Add words in a language (BCP 47); None: in that of the document."""
        run = paragraph.add_run(legible(text))
        properties = run._r.get_or_add_rPr()
        is_rtl = is_from_right(text)
        if is_rtl:
            properties.append(OxmlElement("w:rtl"))
        if language:
            properties.append(_element("w:lang", **{"w:bidi" if is_rtl else "w:val": language}))
        return run

    def link(self, paragraph: Paragraph, url: str, text: str, language: str | None = None) -> None:
        """Add words that open an address; the words alone, where it is not of the web."""
        if not _ADDRESS.fullmatch(url) or legible(url) != url:
            self.write(paragraph, text, language)
            return
        id_ = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        self._wrap(paragraph, _element("w:hyperlink", **{"r:id": id_}), text, language)

    def cross_reference(
        self, paragraph: Paragraph, name: str, text: str, language: str | None = None
    ) -> None:
        """Add words that lead to a bookmark."""
        self._wrap(paragraph, _element("w:hyperlink", **{"w:anchor": name}), text, language)

    def _wrap(self, paragraph: Paragraph, link: Any, text: str, language: str | None) -> None:
        run = self.write(paragraph, text, language)
        run._r.style = self._ids[LINK]
        paragraph._p.append(link)
        link.append(run._r)

    def bookmark(self, paragraph: Paragraph, name: str) -> None:
        """Let a paragraph be led to by a name of letters, digits and `_`."""
        self._bookmarks += 1
        number = {"w:id": str(self._bookmarks)}
        paragraph._p.append(_element("w:bookmarkStart", **number, **{"w:name": name}))
        paragraph._p.append(_element("w:bookmarkEnd", **number))

    def footnote(self, paragraph: Paragraph) -> Paragraph:
        """Add a footnote to what a paragraph says so far; return the paragraph of its text."""
        self._note += 1
        number = {"w:id": str(self._note)}
        sign = paragraph.add_run()
        sign._r.style = self._ids[NOTE_SIGN]
        sign._r.append(_element("w:footnoteReference", **number))
        note, written = _element("w:footnote", **number), OxmlElement("w:p")
        note.append(written)
        self._notes.element.append(note)
        text = Paragraph(written, self._notes)
        written.style = self._ids[NOTE_TEXT]
        sign = text.add_run()
        sign._r.style = self._ids[NOTE_SIGN]
        sign._r.append(OxmlElement("w:footnoteRef"))
        text.add_run(" ")
        return text


def describe_picture(document: Document, text: str) -> None:
    """Describe the last picture of a document for those who do not see it."""
    document.inline_shapes[-1]._inline.docPr.set("descr", legible(text))


def legible(text: str) -> str:
    """Return a text without what no XML may hold, or nobody sees."""
    return _NO_XML.sub("", readable(text))


def is_from_right(text: str) -> bool:
    """Return whether a text runs from the right, by its first letter (Unicode Standard Annex 9,
    rule P2)."""
    sides = (unicodedata.bidirectional(letter) for letter in text)
    return next((side for side in sides if side in ("L", "R", "AL")), "L") != "L"


def turn(paragraph: Paragraph) -> None:
    """Let a paragraph run from the right where its words do."""
    if is_from_right(paragraph.text):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))


def set_language(document: Document, language: str) -> None:
    """Say in which language (BCP 47) a document is, where its words say nothing else."""
    document.core_properties.language = language
    for tag in document.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), language)
        return


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    return element


def _footnotes(document: Document) -> XmlPart:
    """Return the part of a document that has its footnotes; a new one where there is none."""
    package = document.part.package
    for relationship in document.part.rels.values():
        if relationship.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            found = relationship.target_part
            part = XmlPart(found.partname, found.content_type, parse_xml(found.blob), package)
            part.rels.update(found.rels)
            relationship._target = part
            return part
    element = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
    for number, sign in _SEPARATORS.items():
        note = _element("w:footnote", **{"w:type": sign, "w:id": str(number)})
        place = note
        for tag in ("w:p", "w:r", f"w:{sign}"):
            place.append(inner := OxmlElement(tag))
            place = inner
        element.append(note)
    name = PackURI("/word/footnotes.xml")
    part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, element, package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    return part


def _add_styles(document: Document) -> None:
    """Add the styles that are used here, where a document has none of their names."""
    names = {style.name.casefold() for style in document.styles if style.name}
    if NOTE_TEXT not in names:
        text = document.styles.add_style(NOTE_TEXT, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        text.font.size = Pt(9)
        text.paragraph_format.space_after = Pt(2)
    if NOTE_SIGN not in names:
        sign = document.styles.add_style(NOTE_SIGN, WD_STYLE_TYPE.CHARACTER, builtin=True)
        sign.font.superscript = True
    if LINK not in names:
        link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
        link.font.underline = True
        link.font.color.rgb = RGBColor(0x14, 0x58, 0x8F)
