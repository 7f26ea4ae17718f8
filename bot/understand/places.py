"""Finds the place a message names, or says that it is not sure, or that there is none.

    message -> spans of 1-6 words -> candidates by hash -> verified by edit distance -> scored in bits -> decision

Every score is one thing: how many bits more likely the words are as this place's name than as ordinary text. Above
`FOUND` the bot answers, above `UNSURE` it asks. The finder is built from a list of places and knows nothing of
Toronto; rapidfuzz lives here and in the needs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from math import log2
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA

from bot.model import Kind, Place, PlaceRead, Status
from bot.understand.text import clean, letters, rough_sound, sound, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.understand.smallwords import Around
    from bot.understand.text import Token

FOUND = 5.0
"""Bits from which the bot answers without asking."""
UNSURE = 1.5
"""Bits from which it asks."""
NEAR_TIE = 3.0
"""Two places that differ by less are asked about."""
MISJOINED = 4.0
"""Bits for each word more or fewer than the name has, when the letters do not agree either."""
LONGEST_SPAN = 6
LONGEST_HAN_SPAN = 8
MOST_BUTTONS = 4

PRIOR = {
    Kind.DISTRICT: 5.0,
    Kind.NEIGHBOURHOOD: 6.5,
    Kind.VERNACULAR: 7.0,
    Kind.STATION: 9.5,
    Kind.LANDMARK: 9.0,
    Kind.LIP: 9.0,
    Kind.OUTSIDE: 7.0,
    Kind.STREET: 13.0,
}
"""Minus log2 of how often a place named in a message is this one; streets are weighed by their crossings."""

_KIND_WORDS = {
    "avenue": "ave av avenue aven avenida", "road": "rd road rue carretera", "street": "st street str strt saint rua calle",
    "drive": "dr drive drv", "boulevard": "blvd boulevard boul bulevar", "crescent": "cres crescent", "court": "ct crt court",
    "place": "pl place", "square": "sq square", "lane": "ln lane", "gardens": "gdns gardens", "terrace": "ter terr terrace",
    "parkway": "pkwy parkway", "circle": "cir circle", "heights": "hts heights", "way": "way", "gate": "gate",
    "trail": "trl trail", "grove": "grove grv", "hill": "hill", "path": "path", "highway": "hwy highway", "mews": "mews",
    "park": "park", "view": "view", "close": "close", "quay": "quay", "roadway": "roadway", "circuit": "circuit crct",
    "ramp": "ramp", "bridge": "bridge", "expressway": "expressway", "crossing": "crossing", "wood": "wood", "green": "green",
    "manor": "manor", "row": "row", "walk": "walk", "promenade": "promenade", "meadow": "meadow",
}  # fmt: skip
STREET_KINDS = {short: kind for kind, shorts in _KIND_WORDS.items() for short in shorts.split()}
"""What people write for the kind of a street, by the official word."""

_POSTAL = re.compile(r"(?<![^\W_])([a-z])\s?([0-9oil])\s?([a-z])(?:[\s-]?([0-9oil])\s?([a-z1])\s?([0-9oil]))?(?![^\W_])", re.I)
_DIGITS = str.maketrans("oOiIlL", "001111")
_GAP = re.compile(r"[\s\-‐‑–.'’ʼ·・་]*\Z")
_CROSSING_GAP = re.compile(r"[\s\-‐‑–.,/&+|@x×\\（）()]*\Z")


class Name(NamedTuple):
    """One way of writing one place: its letters glued, how many words they are, and for a street its kind."""

    letters: str
    place: int
    prior: float
    street_kind: str
    words: int


class Hit(NamedTuple):
    """That tokens `start:end` are read as a place, and by how many bits."""

    start: int
    end: int
    place: int
    bits: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A decided span: its places best first with their bits, and what stands around it."""

    start: int
    end: int
    bits: float
    places: tuple[Place, ...]
    flags: int = 0


@dataclass(slots=True)
class Index:
    """Hash tables from letters, sounds and their one-deletion neighbours to names. Plain data: it can be saved."""

    names: list[Name] = field(default_factory=list)
    exact: dict[str, tuple[int, ...]] = field(default_factory=dict)
    sounds: dict[str, tuple[int, ...]] = field(default_factory=dict)
    rough: dict[str, tuple[int, ...]] = field(default_factory=dict)
    shorter: dict[str, tuple[int, ...]] = field(default_factory=dict)


class PlaceFinder:
    """Finds places in messages.

    `ordinary` gives the bits of ordinary words (small: frequent); words it lacks are reckoned by their length.
    """

    def __init__(
        self,
        places: Sequence[Place],
        corners: Mapping[tuple[str, str], tuple[Place, ...]],
        spellings: Mapping[str, tuple[str, ...]],
        ordinary: Mapping[str, int],
        index: Index | None = None,
    ) -> None:
        self.places = places
        self.corners = corners
        self.ordinary = ordinary
        self.index = index or build_index(places, corners, spellings)
        self._street_name = {p.id: _bare(p.name)[1] for p in places if p.kind is Kind.STREET}
        self._by_id = {p.id: p for p in places if p.kind in {Kind.NEIGHBOURHOOD, Kind.POSTAL_AREA}}
        self._crossing: dict[str, set[str]] = defaultdict(set)
        for a, b in corners:
            self._crossing[a].add(b)
            self._crossing[b].add(a)

    # --- The decision ------------------------------------------------------------------------------

    def find(self, text: str, said: Sequence[Token], around: Around) -> PlaceRead:
        """The place of a message whose tokens are `said`; `around` tells which small words stand where."""
        postal = self._postal(text)
        if postal is not None:
            return postal
        hits = self._hits(text, said, around)
        readings = self._readings(text, said, hits, around)
        return self._decide(text, said, readings)

    def _decide(self, text: str, said: Sequence[Token], readings: list[Reading]) -> PlaceRead:
        from bot.understand.smallwords import FROM, LIVE, NOT

        kept = [r for r in readings if not r.flags & NOT] or []
        if len(kept) > 1:
            kept = [r for r in kept if not r.flags & FROM] or kept
        lived = [r for r in kept if r.flags & LIVE]
        inside = [r for r in kept if r.places[0].kind is not Kind.OUTSIDE]
        outside = [r for r in kept if r.places[0].kind is Kind.OUTSIDE]
        if lived and any(r in inside for r in lived):
            inside = [r for r in lived if r in inside]
        elif lived:
            inside = []
        if not inside:
            if not outside:
                return PlaceRead(status=Status.NONE)
            best = max(outside, key=lambda r: r.bits)
            if best.bits < UNSURE:
                return PlaceRead(status=Status.NONE)
            return PlaceRead(status=Status.OUTSIDE, span=_slice(text, said, best), candidates=())
        inside.sort(key=lambda r: -r.bits)
        best = inside[0]
        if best.bits < UNSURE:
            return PlaceRead(status=Status.NONE)
        best = _narrowed(best, inside[1:])
        span = _slice(text, said, best)
        rivals = [
            r for r in inside if r.bits > best.bits - 2 * NEAR_TIE and r.bits > FOUND and not _compatible(best, r)
        ]
        if rivals:
            both = _distinct([*best.places[:2], *(p for r in rivals for p in r.places[:1])])
            return self._ask(span, both)
        if len(best.places) > 1 and not _same_ground(best.places):
            return self._ask(span, best.places)
        place = best.places[0]
        if best.bits < FOUND:
            return self._ask(span, best.places)
        if place.kind is Kind.DISTRICT or self._too_long(place):
            return self._ask(span, best.places)
        return PlaceRead(status=Status.FOUND, span=span, candidates=(place,))

    def _too_long(self, place: Place) -> bool:
        """Whether a street is asked about: no three neighbourhoods hold most of it."""
        return place.kind is Kind.STREET and sum(sorted(place.shares, reverse=True)[:3]) < 0.85 and len(place.neighbourhoods) > 3

    def _ask(self, span: str, places: Sequence[Place]) -> PlaceRead:
        """The buttons: the places themselves, and instead of a wide one the parts of it."""
        buttons: list[Place] = []
        wide = [p for p in places if p.kind is Kind.DISTRICT or self._too_long(p)]
        for place in places:
            if place not in wide:
                buttons.append(place)
        room = max(1, (MOST_BUTTONS - len(buttons)) // max(1, len(wide))) if wide else 0
        for place in wide:
            by_share = sorted(zip(place.shares, place.neighbourhoods, strict=False), reverse=True)
            ids = [id_ for _, id_ in by_share] or list(place.neighbourhoods)
            buttons += [self._by_id[id_] for id_ in ids if id_ in self._by_id][:room]
        return PlaceRead(status=Status.UNSURE, span=span, candidates=_distinct(buttons)[:MOST_BUTTONS])

    # --- Postal codes ------------------------------------------------------------------------------

    def _postal(self, text: str) -> PlaceRead | None:
        for match in _POSTAL.finditer(text):
            first, digit, last = match.group(1).lower(), match.group(2).translate(_DIGITS), match.group(3).lower()
            whole = match.group(4) is not None
            if not whole and not match.group(2).isdigit():
                continue  # "mom", "lol": only a full code may have letters for digits
            code = first + digit + last
            if first == "m":
                place = self._by_id.get(code)
                if place is not None:
                    return PlaceRead(status=Status.FOUND, span=match.group().strip(), candidates=(place,))
            elif whole and first in "abceghjklnprstvxy" and match.group(2).isdigit():
                return PlaceRead(status=Status.OUTSIDE, span=match.group().strip())
        return None

    # --- Candidates --------------------------------------------------------------------------------

    def _hits(self, text: str, said: Sequence[Token], around: Around) -> list[Hit]:
        cost = [self._explained(token) for token in said]
        total = len(said)
        alone = 3.0 if total <= 3 else 0.0
        hits: list[Hit] = []
        for start in range(total):
            glued = ""
            explained = 0.0
            longest = LONGEST_HAN_SPAN if said[start].script == "han" else LONGEST_SPAN
            for end in range(start + 1, min(start + longest, total) + 1):
                token = said[end - 1]
                if end - 1 > start and not _GAP.match(text, said[end - 2].end, token.start):
                    break
                glued += token.letters
                explained += cost[end - 1]
                if len(glued) > 40:
                    break
                if len(glued) < 2:
                    continue
                context = around.before(start) + around.after(end) + (alone if end - start == total else 0.0)
                if said[start].capital:
                    context += 1.5
                latin = token.script == "latin"
                for name, lost in self._candidates(glued, token, latin=latin, single=end - start == 1):
                    bits = explained - name.prior - lost + context
                    if lost >= 1:
                        bits -= MISJOINED * abs(end - start - name.words)
                    if name.street_kind:
                        bits += self._kind_word(name.street_kind, said, start, end)
                    if bits > -4.0:
                        hits.append(Hit(start, end, name.place, bits, lost < 1))
        return hits

    def _explained(self, token: Token) -> float:
        known = self.ordinary.get(token.letters)
        if known is not None:
            return float(known)
        if token.script == "han":
            return 7.0
        return min(6.0 + 2.4 * len(token.letters), 30.0)

    def _candidates(self, glued: str, token: Token, *, latin: bool, single: bool) -> Iterator[tuple[Name, float]]:
        """Names that the letters may be, each with the bits lost to damage."""
        index, names = self.index, self.index.names
        seen: set[int] = set()
        for i in index.exact.get(glued, ()):
            seen.add(i)
            yield names[i], 0.2
        if token.script == "han":
            return
        if single and len(glued) > 5:
            for cut, lost in _uninflected(token):
                for i in index.exact.get(cut, ()):
                    if i not in seen:
                        seen.add(i)
                        yield names[i], lost
        if len(glued) < 4:
            return
        heard = sound(glued)
        near: set[int] = set()
        if len(heard) >= 3:
            near.update(index.sounds.get(heard, ()))
            if len(heard) >= 4:
                for i in range(len(heard)):
                    near.update(index.sounds.get(heard[:i] + heard[i + 1 :], ()))
        if len(glued) <= 7:
            near.update(index.shorter.get(glued, ()))
            for i in range(len(glued)):
                key = glued[:i] + glued[i + 1 :]
                near.update(index.shorter.get(key, ()))
                near.update(index.exact.get(key, ()))
        for i in near - seen:
            name = names[i]
            lost = _damage(name.letters, glued)
            if lost is not None:
                seen.add(i)
                yield name, lost
        if not latin:
            rough = rough_sound(glued)
            if len(rough) >= 3:
                for i in index.rough.get(rough, ()):
                    if i not in seen:
                        yield names[i], _hearing(names[i].letters, glued)

    def _kind_word(self, kind: str, said: Sequence[Token], start: int, end: int) -> float:
        """Bits for the word beside a street's bare name: "Woolner ave", "rue Church"."""
        after = STREET_KINDS.get(said[end].letters) if end < len(said) else None
        before = STREET_KINDS.get(said[start - 1].letters) if start else None
        if after is None and before is None:
            return 0.0
        return 9.0 if after == kind else (5.0 if before is not None else -1.0)

    # --- Readings ----------------------------------------------------------------------------------

    def _readings(self, text: str, said: Sequence[Token], hits: list[Hit], around: Around) -> list[Reading]:
        """The best reading of each stretch of the message, crossings included, none overlapping another."""
        crossings = self._crossings(text, said, hits)
        spans: dict[tuple[int, int], list[Hit]] = defaultdict(list)
        for hit in hits:
            spans[hit.start, hit.end].append(hit)
        readings = [self._reading(span, group, around) for span, group in spans.items()]
        readings += [
            Reading(start, end, bits, (place,), around.flags(start, end)) for start, end, bits, place in crossings
        ]
        chosen: list[Reading] = []
        for reading in sorted(readings, key=lambda r: (-r.bits, r.start)):
            if reading.bits > UNSURE - 2 and all(reading.end <= r.start or reading.start >= r.end for r in chosen):
                chosen.append(reading)
        return chosen

    def _reading(self, span: tuple[int, int], group: list[Hit], around: Around) -> Reading:
        group.sort(key=lambda hit: -hit.bits)
        best = group[0].bits
        places = _distinct([self.places[hit.place] for hit in group if hit.bits > best - NEAR_TIE])
        return Reading(*span, best, places, around.flags(*span))

    def _crossings(self, text: str, said: Sequence[Token], hits: list[Hit]) -> list[tuple[int, int, float, Place]]:
        streets: dict[tuple[int, int], list[Hit]] = defaultdict(list)
        for hit in hits:
            if self.places[hit.place].kind is Kind.STREET and hit.bits > -4:
                streets[hit.start, hit.end].append(hit)
        found = []
        spans = sorted(streets)
        for first in spans:
            for second in spans:
                if second[0] < first[1] or second[0] > first[1] + 4:
                    continue
                if not self._joined(text, said, first[1], second[0]):
                    continue
                best = self._best_pair(streets[first], streets[second])
                if best is not None:
                    end = second[1]
                    if end < len(said) and said[end].letters in STREET_KINDS:
                        end += 1
                    found.append((first[0], end, *best))
        return found

    def _best_pair(self, first: list[Hit], second: list[Hit]) -> tuple[float, Place] | None:
        pairs = (
            (a.bits + b.bits, corners[0])
            for a in first
            for b in second
            if (key := tuple(sorted((self.places[a.place].id, self.places[b.place].id)))) and (corners := self.corners.get(key))  # type: ignore[call-overload]
        )
        best = max(pairs, key=lambda pair: pair[0], default=None)
        return None if best is None else (best[0] + 8.0, best[1])

    def _joined(self, text: str, said: Sequence[Token], left: int, right: int) -> bool:
        """Whether only kinds of street, "and" words and signs stand between two streets."""
        at = said[left - 1].end
        for token in said[left:right]:
            if not _CROSSING_GAP.match(text, at, token.start):
                return False
            if token.letters not in STREET_KINDS and token.word not in _JOINING and token.letters not in _DIRECTIONS:
                return False
            at = token.end
        return bool(_CROSSING_GAP.match(text, at, said[right].start))


_JOINING = {
    "and", "n", "nd", "an", "x", "at", "near", "by", "off", "corner", "of", "et", "y", "con", "e", "com", "i", "iyo", "ve",
    "ile", "at", "sa", "und", "en", "va", "và", "aur", "ar", "ane", "te", "tay", "o", "wa", "w", "и", "і", "й", "та", "возле",
    "و", "او", "اور", "مع", "با", "ده", "और", "एवं", "व", "र", "আর", "ও", "এবং", "ਤੇ", "ਅਤੇ", "અને", "ને", "மற்றும்", "உம்", "እና",
    "ን", "ከ", "夹", "夾", "和", "与", "與", "及", "跟", "同", "交", "と", "와", "과", "이랑", "랑", "하고", "και", "a", "og", "the", "de", "d", "s",
    "na", "avec", "cu", "és", "ו", "ה", "den", "ki", "us", "és", "dan",
}  # fmt: skip
_DIRECTIONS = {"east", "west", "north", "south", "e", "w", "n", "s", "est", "ouest"}


# --- Damage -----------------------------------------------------------------------------------------


def _damage(name: str, said: str) -> float | None:
    """Bits lost when `name` was meant and `said` was written in the same script; None: too far."""
    allowed = 2 if len(name) > 6 else 1
    edits = OSA.distance(name, said, score_cutoff=allowed)
    same_sound = sound(name) == sound(said)
    if edits <= allowed:
        if name[0] != said[0] and edits == 1 and len(name) < 6:
            return 9.5 if same_sound else 11.0
        return (4.5 if same_sound else 7.0) + 5.0 * (edits - 1)
    if same_sound and len(sound(name)) >= 3:
        return 5.0 + 1.5 * abs(len(name) - len(said))
    return None


def _hearing(name: str, said: str) -> float:
    """Bits lost when `name` was written by ear in another script."""
    edits = OSA.distance(name, said)
    return 5.0 + 7.0 * edits / max(len(name), len(said))


_ENDINGS = {"de", "da", "te", "ta", "den", "dan", "ten", "tan", "in", "ga", "ka", "ku", "eng", "deki", "daki", "ban", "ben", "i", "u", "a", "e", "s"}
_BEGINNINGS = {
    "arabic": ("وال", "بال", "فال", "لل", "ال", "و", "ب", "ل", "ف"),
    "hebrew": ("ב", "ל", "ה", "מ", "ו", "ש"),
    "ethiopic": ("በ", "ከ", "ለ", "የ", "ን", "ብ", "ካብ"),
}


def _uninflected(token: Token) -> Iterator[tuple[str, float]]:
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
    """The tables for a list of places; some seconds for a city, so it is worth saving."""
    crossings: dict[str, int] = defaultdict(int)
    for a, b in corners:
        crossings[a] += 1
        crossings[b] += 1
    spelled = {letters(name): [letters(s) for s in said] for name, said in spellings.items()}
    index = Index()
    known: dict[tuple[str, int], float] = {}
    for at, place in enumerate(places):
        for written, prior, kind in _names(place, crossings.get(place.id, 0)):
            forms = [letters(written)]
            forms += spelled.get(forms[0], []) or _composed(written, spelled)
            count = len(tokens(clean(written)))
            for form in dict.fromkeys(forms):
                if len(form) >= 2 and known.get((form, at), 99.0) > prior:
                    known[form, at] = prior
                    index.names.append(Name(form, at, prior, kind, count))
    _fill(index)
    return index


def _names(place: Place, crossings: int) -> Iterator[tuple[str, float, str]]:
    """Each way a place may be called, with its prior and, for a street, its kind."""
    prior = PRIOR.get(place.kind, 9.0)
    if place.kind is Kind.POSTAL_AREA:
        return
    if place.kind is Kind.STREET:
        kind, bare = _bare(place.name)
        weight = max(6.5, 13.5 - 1.1 * log2(1 + crossings))
        yield bare, weight, kind
        if bare.lower().startswith("the "):
            yield bare[4:], weight + 1.0, kind
        if kind and len(letters(bare)) < 4:
            yield place.name, weight - 1, ""
        return
    yield place.name, prior, ""
    for name in place.names:
        yield name, prior + 0.5, ""
    if place.kind is Kind.NEIGHBOURHOOD:
        plain = re.sub(r"\(.*?\)", " ", place.name)
        halves = [half for half in re.split(r"[-/]", plain) if len(letters(half)) > 3]
        for half in halves if len(halves) > 1 else ():
            yield half, prior + 1.5, ""
        if plain != place.name:
            yield plain, prior, ""
    if place.kind is Kind.STATION:
        yield f"{place.name} station", prior - 3, ""


def _bare(name: str) -> tuple[str, str]:
    """A street's kind and its name without it: "Woolner Avenue" is avenue and Woolner."""
    words = name.split()
    if len(words) > 1 and words[-1].lower() in STREET_KINDS and words[0].lower() != "the":
        return STREET_KINDS[words[-1].lower()], " ".join(words[:-1])
    return "", name


def _composed(name: str, spelled: Mapping[str, list[str]]) -> list[str]:
    """Spellings of a name of several words out of those of its words, the first few."""
    parts = [spelled.get(token.letters, ()) for token in tokens(clean(name))]
    if len(parts) < 2 or not all(parts):
        return []
    forms = [""]
    for part in parts:
        forms = [form + piece for form in forms for piece in part][:24]
    return forms


def _fill(index: Index) -> None:
    tables: dict[str, defaultdict[str, list[int]]] = {t: defaultdict(list) for t in ("exact", "sounds", "rough", "shorter")}
    for i, name in enumerate(index.names):
        tables["exact"][name.letters].append(i)
        if not name.letters.isascii() or len(name.letters) < 4:
            continue
        heard = sound(name.letters)
        if len(heard) >= 3:
            tables["sounds"][heard].append(i)
            if name.prior < 12 and len(heard) >= 4:
                for j in range(len(heard)):
                    tables["sounds"][heard[:j] + heard[j + 1 :]].append(i)
            if name.prior < 12:
                tables["rough"][rough_sound(name.letters)].append(i)
        if len(name.letters) <= 7 and name.prior < 12:
            for j in range(len(name.letters)):
                tables["shorter"][name.letters[:j] + name.letters[j + 1 :]].append(i)
    for table, filled in tables.items():
        setattr(index, table, {key: tuple(dict.fromkeys(ids)) for key, ids in filled.items()})


# --- Comparing places -------------------------------------------------------------------------------


def _slice(text: str, said: Sequence[Token], reading: Reading) -> str:
    return text[said[reading.start].start : said[reading.end - 1].end]


def _distinct(places: Iterable[Place]) -> tuple[Place, ...]:
    """Places that do not stand on the same ground as one before them."""
    kept: list[Place] = []
    for place in places:
        if not any(_overlaps(place, other) and place.kind is not Kind.STREET and other.kind is not Kind.STREET for other in kept) and place not in kept:
            kept.append(place)
    return tuple(kept)


def _overlaps(a: Place, b: Place) -> bool:
    return bool(set(a.neighbourhoods) & set(b.neighbourhoods))


def _same_ground(places: Sequence[Place]) -> bool:
    return all(set(place.neighbourhoods) <= set(places[0].neighbourhoods) for place in places[1:])


def _compatible(a: Reading, b: Reading) -> bool:
    return any(_overlaps(p, q) for p in a.places for q in b.places)


def _narrowed(best: Reading, others: list[Reading]) -> Reading:
    """A narrower place named beside a wide one: "Rexdale, Etobicoke", "Lawrence, Scarborough"."""
    wide = {Kind.DISTRICT, Kind.LIP}
    for other in others:
        if other.bits < UNSURE or not _compatible(best, other):
            continue
        a, b = best.places[0], other.places[0]
        if a.kind in wide and b.kind not in wide:
            return other
    return best
