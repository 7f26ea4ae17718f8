"""What a turn decided, before it is worded. Every door shows the same outcomes; `bot.reply` puts them into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Area, Crisis, CrisisLine, Fact, Language, Lip, Need, Neighbourhood, Place, Theme
    from bot.refer import Match
    from bot.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The first screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What is known so far, shown above every question and answer."""

    place: Place | None = None
    need: Need | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPlace:
    """Where do you live? `districts` are the city's parts to choose from."""

    understood: Understood
    districts: tuple[Place, ...]
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhichPlace:
    """Which of these? `wide`: the place named is too large, these are parts of it, on `page` of `pages`."""

    understood: Understood
    options: tuple[Place, ...]
    wide: Place | None = None
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AskNeed:
    """What do you need? The twelve areas, or the needs of one area."""

    understood: Understood
    areas: tuple[Area, ...] = ()
    needs: tuple[Need, ...] = ()
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhichNeed:
    """Which of these needs?"""

    understood: Understood
    options: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFacts:
    """The neighbourhoods of a place and the partnerships of 2009-2012 and of today that go with them.

    `stated` has the ids of the partnerships whose own source names a neighbourhood of the place; for the others it
    is inferred.
    """

    neighbourhoods: tuple[Neighbourhood, ...]
    lips: tuple[Lip, ...]
    regional: tuple[Lip, ...]
    stated: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """The answer: who can help. `matches` are those of this page, the first of them numbered `first`."""

    understood: Understood
    facts: PlaceFacts
    matches: tuple[Match, ...]
    first: int
    total: int
    page: int
    pages: int
    related: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The place is not in Toronto."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """Lines to call, first of all; what else was understood comes after."""

    kind: Crisis
    lines: tuple[CrisisLine, ...]
    then: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTalk:
    """Greeting, thanks and the like: a friendly line and what the bot can do."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """Neither place nor need was found in the words."""

    understood: Understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported:
    """Not text: a photo, a sticker, a voice message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldButton:
    """A button of a message too old or strange to follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """The languages to choose from, in their own names; `chosen` after one was."""

    languages: tuple[Language, ...]
    chosen: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageOffer:
    """The message was in another language: does the person want that one? The answer follows in the present one."""

    language: Language
    then: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageNotYet:
    """The language was recognised and is none of ours."""

    languages: tuple[Language, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What can be done here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Who stands behind the facts: sources, review state, what a LIP is."""

    reviewed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """What is kept and what is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData:
    """Everything held of this chat."""

    session: Session
    understood: Understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Everything held was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lips:
    """The fifteen partnerships and the four that followed."""

    lips: tuple[Lip, ...]
    regional: tuple[Lip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the partnerships as a whole."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LipPage:
    """One partnership: what is known of it."""

    lip: Lip
    successor: Lip | None
    former: tuple[Lip, ...]
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """The six themes with their areas."""

    themes: tuple[tuple[Theme, tuple[Area, ...]], ...]


Outcome = (
    Welcome | AskPlace | AskWhichPlace | AskNeed | AskWhichNeed | Referral | Outside | Danger | SmallTalk
    | NotUnderstood | Unsupported | OldButton | Languages | LanguageOffer | LanguageNotYet | Help | About | Privacy
    | MyData | Forgotten | Lips | LipPage | Facts | Themes
)  # fmt: skip
