"""One language's catalogue and habits: sentences, lists, distances, dates, numbers. Babel lives here and in `reply`.

Catalogues are read from `locales/<tag>/LC_MESSAGES/messages.po` as they are: no compiled file can be out of step.
"""

from __future__ import annotations

import gettext
import re
from datetime import date
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.pofile import PoFileError, read_po
from babel.units import format_unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.model import Language, Phone

SOURCE_LANGUAGE = "en"
CLDR = {"prs": "fa_AF", "zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "tl": "fil"}
"""CLDR's tag where it is not ours: Babel knows no `prs`, and Tagalog as Filipino."""
OWN_NAMES = {
    "prs": "دری",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "pa": "ਪੰਜਾਬੀ",
    "tl": "Tagalog",
    "so": "Soomaali",
}
"""What speakers call their language, where CLDR's word is missing or longer than a button."""
ISOLATE, END = "\u2068", "\u2069"
"""First strong isolate and its end: a Latin name or a number inside keeps its own direction."""


class InvalidCatalogue(Exception):
    """A catalogue that cannot be read, with its file in the words."""


class Wording:
    """Says things in one language."""

    def __init__(self, language: Language, folder: Path | None) -> None:
        self.language = language
        self.locale = Locale.parse(CLDR.get(language, language.replace("-", "_")))
        self.rtl = self.locale.text_direction == "rtl"
        self._messages: dict[str, str | tuple[str, ...]] = {}
        self._plural = gettext.c2py("n != 1")
        if folder is not None and language != SOURCE_LANGUAGE:
            self._read(folder / language / "LC_MESSAGES" / "messages.po")

    def _read(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                catalogue = read_po(file, abort_invalid=True)
        except (OSError, PoFileError, UnicodeDecodeError) as error:
            message = f"{path}: the catalogue cannot be read: {error}"
            raise InvalidCatalogue(message) from error
        self._plural = gettext.c2py(str(catalogue.plural_expr))
        for entry in catalogue:
            if entry.id and entry.string and not entry.fuzzy:
                key = entry.id[0] if isinstance(entry.id, (tuple, list)) else entry.id
                forms = tuple(entry.string) if isinstance(entry.id, (tuple, list)) else (str(entry.string),)
                if self.rtl:
                    forms = tuple(map(isolated, forms))
                self._messages[key] = forms if isinstance(entry.id, (tuple, list)) else forms[0]

    def say(self, message: str, **values: str) -> str:
        """The sentence in this language with its values put in; English where it has none.

        Values are markup already: facts come through `fact`.
        """
        said = self._messages.get(message) or message
        sentence = said if isinstance(said, str) else said[0]
        return sentence.format(**values) if values else sentence

    def say_many(self, one: str, many: str, n: int, **values: str) -> str:
        """The same for a sentence that counts `{n}` of something."""
        said = self._messages.get(one)
        forms = said if isinstance(said, tuple) and all(said) else (one, many)
        return forms[min(self._plural(n), len(forms) - 1)].format(n=self.number(n), **values)

    def fact(self, text: str) -> str:
        """A name, address or number from a record: escaped, and isolated where the language runs the other way."""
        safe = escape(text, quote=False)
        return f"{ISOLATE}{safe}{END}" if self.rtl else safe

    def number(self, value: int) -> str:
        """A count; always in 0-9, as signs and phones here have them."""
        return str(value)

    def list(self, parts: Iterable[str]) -> str:
        """`a, b and c`, as the language writes it."""
        return format_list(list(parts), locale=self.locale)

    def distance(self, metres: float) -> str:
        """About how far: metres to the next hundred, kilometres from one on."""
        if metres < 950:
            return self._digits(
                format_unit(max(100, round(metres, -2)), "length-meter", length="short", locale=self.locale)
            )
        kilometres = round(metres / 1000, 1) if metres < 10_000 else round(metres / 1000)
        return self._digits(format_unit(kilometres, "length-kilometer", length="short", locale=self.locale))

    def date(self, as_of: str) -> str:
        """A year, a month of a year, or a day, as the language writes it."""
        parts = [int(part) for part in as_of.split("-")]
        day = date(*(*parts, 1, 1)[:3])
        if len(parts) == 1:
            return str(day.year)
        if len(parts) == 2:
            return self._digits(format_skeleton("yMMMM", day, locale=self.locale))
        return self._digits(format_date(day, format="long", locale=self.locale))

    def language_name(self, tag: Language) -> str:
        """A language's name in this language; its tag where CLDR has none."""
        names = self.locale.languages
        return str(names.get(CLDR.get(tag, tag).replace("-", "_")) or names.get(tag.split("-")[0]) or tag)

    def phone(self, phone: Phone | str) -> str:
        """A number as people here dial it: `+1 416-555-0100`, or a short code as it is."""
        number = phone if isinstance(phone, str) else phone.number
        return self.fact(dialled(number))

    @cached_property
    def _latin_digits(self) -> dict[int, int]:
        return {zero + i: ord("0") + i for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xBE6) for i in range(10)}

    def _digits(self, text: str) -> str:
        return text.translate(self._latin_digits)


_FOREIGN = re.compile(r"/?[A-Za-z0-9](?:[A-Za-z0-9 .&'’/–-]*[A-Za-z0-9])?")


def isolated(message: str) -> str:
    """A right-to-left message with its Latin words, commands and numbers in isolates: beside Arabic letters 2-1-1
    would else be read as 1-1-2, and /place as place/. Placeholders are left alone; their values bring their own.
    """
    parts = re.split(r"(\{[^}]*\})", message)
    return "".join(p if p.startswith("{") else _FOREIGN.sub(f"{ISOLATE}\\g<0>{END}", p) for p in parts)


def dialled(number: str) -> str:
    """A number as plain text to dial or copy."""
    if not number.startswith("+"):
        return "-".join(number) if len(number) == 3 and number != "911" else number
    parsed = phonenumbers.parse(number, None)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def own_name(tag: Language) -> str:
    """What a language calls itself."""
    if tag in OWN_NAMES:
        return OWN_NAMES[tag]
    name = Locale.parse(CLDR.get(tag, tag.replace("-", "_"))).get_display_name() or tag
    return name[0].upper() + name[1:]


def available(folder: Path) -> tuple[Language, ...]:
    """The languages that have a catalogue, the source language first."""
    others = sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/messages.po"))
    return (SOURCE_LANGUAGE, *(tag for tag in others if tag != SOURCE_LANGUAGE))
