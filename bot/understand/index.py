"""Names of places in hash tables, and how far what was written may be from a name.

    letters   the name itself, all words glued
    sounds    its consonants as heard, and those with one left out
    shorter   a short name's letters with one left out
    rough     its consonants as heard across scripts

Built from any list of places; plain data, so that it can be saved.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from math import log2
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA

from bot.model import Kind
from bot.understand.text import clean, letters, rough_sound, script_of, sound, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.model import Place
    from bot.understand.text import Token

PRIOR = {
    Kind.DISTRICT: 5.0,
    Kind.NEIGHBOURHOOD: 6.5,
    Kind.VERNACULAR: 7.0,
    Kind.OUTSIDE: 7.0,
    Kind.LANDMARK: 9.0,
    Kind.LIP: 9.0,
    Kind.STATION: 9.5,
}
"""Minus log2 of how often a place that is named in a message is this one."""
STREET_PRIOR, LEAST_STREET_PRIOR = 13.5, 6.5
"""The same for a street without crossings, and for the best known one."""
LONG = 6
"""Neighbourhoods from which a street is a long one, as well known by itself as an area of the same name."""
LOCAL = 9.0
"""Names rarer than this get no tables of damage but their sound: there are thousands, and few are written wrongly."""

_KINDS_WRITTEN = """
avenue: ave av aven avenida avenyu evenyu eveniu evnyu aaveny awynyw 大道
boulevard: blvd boul bulevar bulvar bulevard blwrd bwlwar blwar
circle: cir
circuit: crct
court: ct crt
crescent: cres
drive: dr drv draiv dryw
gardens: gdns
grove: grv
heights: hts
highway: hwy
lane: ln
parkway: pkwy
place: pl
road: rd rod rwd roadu rue carretera 路 道
square: sq
street: st str strt saint calle rua strit stryt strytt astryt 街
terrace: ter terr
trail: trl
bridge close crossing expressway gate green hill manor meadow mews park path promenade quay ramp roadway row view:
walk way wood:
"""
STREET_KINDS: dict[str, str] = {}
"""What people write for the kind of a street, in letters, to the official word."""
for _line in _KINDS_WRITTEN.strip().splitlines():
    _kinds, _, _written = _line.partition(":")
    for _kind in _kinds.split():
        STREET_KINDS |= dict.fromkeys([_kind, *_written.split()], _kind)


class Name(NamedTuple):
    """One way of writing one place: its letters glued, the first letter of each word, and for a street its kind.

    `foreign`: it is written in another script than Latin; what its letters fold to is no Latin word ("كيل" is Keele,
    "kil" is not).
    """

    letters: str
    place: int
    prior: float
    street_kind: str
    initials: str
    foreign: bool = False


@dataclass(slots=True)
class Index:
    """Every name, and the tables that find it."""

    names: list[Name] = field(default_factory=list)
    exact: dict[str, tuple[int, ...]] = field(default_factory=dict)
    sounds: dict[str, tuple[int, ...]] = field(default_factory=dict)
    rough: dict[str, tuple[int, ...]] = field(default_factory=dict)
    shorter: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def candidates(self, glued: str, token: Token, *, single: bool) -> Iterator[tuple[Name, float]]:
        """Names that letters may be, with the bits lost to damage; `token` is their last or (`single`) only word."""
        latin = token.script == "latin"
        for at, lost in self._found(glued, token, single=single):
            if not (latin and self.names[at].foreign):
                yield self.names[at], lost

    def _found(self, glued: str, token: Token, *, single: bool) -> Iterator[tuple[int, float]]:
        """As `candidates`, by the number of the name, and whatever script it is written in."""
        seen = set(self.exact.get(glued, ()))
        yield from ((at, EXACT) for at in seen)
        if token.script == "han" or len(glued) < 4:
            return
        if single and len(glued) > 5:
            for stem, lost in _stems(token):
                stemmed = set(self.exact.get(stem, ())) - seen
                seen |= stemmed
                yield from ((at, lost) for at in stemmed)
        for at in self._near(glued) - seen:
            lost_to = damage(self.names[at].letters, glued)
            if lost_to is not None:
                seen.add(at)
                yield at, lost_to
        if token.script != "latin":
            rough = set(self.rough.get(rough_sound(glued), ())) - seen
            yield from ((at, hearing(self.names[at].letters, glued)) for at in rough)

    def _near(self, glued: str) -> set[int]:
        """Names within a letter or two, or of the same sound."""
        heard = sound(glued)
        near: set[int] = set()
        if len(heard) >= 3:
            near.update(self.sounds.get(heard, ()))
        if len(heard) >= 4:
            for key in _one_less(heard):
                near.update(self.sounds.get(key, ()))
        if len(glued) <= SHORT:
            near.update(self.shorter.get(glued, ()))
            for key in _one_less(glued):
                near.update(self.shorter.get(key, ()))
                near.update(self.exact.get(key, ()))
        return near


# --- Damage -----------------------------------------------------------------------------------------

EXACT = 0.2
"""Bits lost when a name is written as it is: most are."""
SHORT = 7
"""Letters up to which a name is also found with one letter left out."""


def damage(name: str, said: str) -> float | None:
    """Bits lost when `name` was meant and `said` written in the same script; None: it is too far."""
    allowed = 2 if len(name) > 6 else 1
    edits = OSA.distance(name, said, score_cutoff=allowed)
    same_sound = sound(name) == sound(said)
    if edits <= allowed:
        if name[0] != said[0] and edits == 1 and len(name) < 6:
            return 9.5 if same_sound else 11.0
        return (4.5 if same_sound else 7.0) + 5.0 * (edits - 1)
    if same_sound and len(sound(name)) >= 3:
        return 4.0 + 1.8 * OSA.distance(name, said)
    return None


def hearing(name: str, said: str) -> float:
    """Bits lost when `name` was written by ear in another script."""
    edits = OSA.distance(name, said)
    return 8.0 + 16.0 * edits / max(len(name), len(said)) + (5.0 if len(rough_sound(name)) < 4 else 0.0)


def misjoined(name: str, said: str) -> int:
    """Of the first letters of the words of a name and of what was said: how many differ, or are too many or too few."""
    if len(name) != len(said):
        return abs(len(name) - len(said))
    return sum(rough_sound(a) != rough_sound(b) for a, b in zip(name, said, strict=True)) if len(name) > 1 else 0


_ENDINGS = frozenset([*"iuaes", *"de da te ta den dan ten tan deki daki in ga ka ku eng ban ben".split()])
"""Endings that languages in Latin letters put on a place name: Turkish, Somali, Hungarian, Slavic and others."""
_BEGINNINGS = {
    "arabic": ("وال", "بال", "فال", "لل", "ال", "و", "ب", "ل", "ف"),
    "hebrew": ("ב", "ל", "ה", "מ", "ו", "ש"),
    "ethiopic": ("በ", "ከ", "ለ", "የ", "ን", "ብ", "ካብ"),
}
"""What languages write in front of a name without a space: in, to, from, and, the."""


def _stems(token: Token) -> Iterator[tuple[str, float]]:
    """The letters of a word without an ending or a beginning that its language may have put on."""
    if token.script == "latin":
        for size in (1, 2, 3, 4):
            stem, ending = token.letters[:-size], token.letters[-size:]
            if ending in _ENDINGS and len(stem) >= 4:
                yield stem, 3.0
        return
    word = token.word
    for size in range(1, 5):
        if len(word) - size >= (2 if token.script == "hangul" else 4):
            yield letters(word[:-size]), 2.0 + size
    for beginning in _BEGINNINGS.get(token.script, ()):
        if word.startswith(beginning) and len(word) - len(beginning) >= 3:
            yield letters(word[len(beginning) :]), 2.5


# --- Building ---------------------------------------------------------------------------------------


def build_index(
    places: Sequence[Place],
    corners: Mapping[tuple[str, str], tuple[Place, ...]],
    spellings: Mapping[str, tuple[str, ...]],
) -> Index:
    """The tables for a list of places; `spellings` gives what people write for an English name in other scripts."""
    crossings: dict[str, int] = defaultdict(int)
    for pair in corners:
        for street in pair:
            crossings[street] += 1
    spelled: dict[str, list[str]] = defaultdict(list)
    latin: set[str] = set()
    for name, variants in spellings.items():
        for said in variants:
            spelled[letters(name)].append(letters(said))
            if script_of(said[0]) == "latin":
                latin.add(letters(said))
    names: dict[tuple[str, int], Name] = {}
    for at, place in enumerate(places):
        for written, prior, kind in _names(place, crossings.get(place.id, 0)):
            glued = letters(written)
            native = script_of(written[0]) == "latin"
            initials = "".join(token.letters[:1] for token in tokens(clean(written)))
            for form in (glued, *(spelled.get(glued) or _composed(written, spelled))):
                known = names.get((form, at))
                if len(form) >= 2 and (known is None or known.prior > prior):
                    foreign = not native if form == glued else form not in latin
                    names[form, at] = Name(form, at, prior, kind, initials, foreign)
    return _filled(list(names.values()))


def bare(name: str) -> tuple[str, str]:
    """A street's kind and its name without it: "Woolner Avenue" is avenue and Woolner."""
    *first, last = name.split()
    if first and last.lower() in STREET_KINDS and first[0].lower() != "the":
        return STREET_KINDS[last.lower()], " ".join(first)
    return "", name


def _names(place: Place, crossings: int) -> Iterator[tuple[str, float, str]]:
    """Each way a place may be called, with its prior and, for a street, its kind."""
    if place.kind is Kind.STREET:
        yield from _street_names(place, crossings)
    elif place.kind is not Kind.POSTAL_AREA:
        prior = PRIOR[place.kind]
        yield place.name, prior, ""
        for name in place.names:
            yield name, prior + 0.5, ""
        if place.kind is Kind.STATION:
            yield f"{place.name} station", prior - 3, ""
        if place.kind is Kind.NEIGHBOURHOOD:
            plain = re.sub(r"\(.*?\)", " ", place.name)
            halves = [half for half in re.split(r"[-/]", plain) if len(letters(half)) > 3]
            yield plain, prior, ""
            yield from ((half, prior + 1.5, "") for half in halves if len(halves) > 1)


def _street_names(place: Place, crossings: int) -> Iterator[tuple[str, float, str]]:
    kind, name = bare(place.name)
    known = log2(1 + crossings) + (1.0 if len(place.neighbourhoods) >= LONG else 0.0)
    prior = max(LEAST_STREET_PRIOR, STREET_PRIOR - known)
    yield name, prior, kind
    if name.lower().startswith("the "):
        yield name[4:], prior + 1.0, kind
    if kind and len(letters(name)) < 4:
        yield place.name, prior - 1, ""


def _composed(name: str, spelled: Mapping[str, list[str]]) -> list[str]:
    """Spellings of a name of several words out of those of its words, the first few."""
    parts = [spelled.get(token.letters, ()) for token in tokens(clean(name))]
    if len(parts) < 2 or not all(parts):
        return []
    forms = [""]
    for part in parts:
        forms = [form + piece for form in forms for piece in part][:24]
    return forms


def _filled(names: list[Name]) -> Index:
    exact, sounds, rough, shorter = (defaultdict[str, list[int]](list) for _ in range(4))
    for at, name in enumerate(names):
        exact[name.letters].append(at)
        if not name.letters.isascii() or len(name.letters) < 4:
            continue
        heard = sound(name.letters)
        if len(heard) >= 3:
            sounds[heard].append(at)
        if name.prior > LOCAL + 3:
            continue
        if len(heard) >= 4:
            for key in _one_less(heard):
                sounds[key].append(at)
        if len(rough_sound(name.letters)) >= 3:
            rough[rough_sound(name.letters)].append(at)
        if len(name.letters) <= SHORT:
            for key in _one_less(name.letters):
                shorter[key].append(at)
    tables = (exact, sounds, rough, shorter)
    return Index(names, *({key: tuple(set(ids)) for key, ids in table.items()} for table in tables))


def _one_less(text: str) -> list[str]:
    """The text with each of its letters left out in turn."""
    return [text[:at] + text[at + 1 :] for at in range(len(text))]
