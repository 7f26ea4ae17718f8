"""An outcome into text and buttons in one language. Decides nothing: every sentence is a message of a catalogue, or a
field of a record.

Text is Telegram's HTML with <b> alone; a terminal takes the tags out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from babel.dates import get_day_names

from bot import outcome as out
from bot.atlas import reference
from bot.model import Crisis, Eligibility, Kind
from bot.refer import Age
from bot.talk import button
from bot.wording import Wording, dialled, own_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from bot.model import Area, CrisisLine, Evidence, Knowledge, Language, Lip, Location, Need
    from bot.refer import Match
    from bot.session import Session

LONGEST_LABEL = 40
"""A button label longer than this is cut on a small phone."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button: it sends `data` back, or copies `copy` to the clipboard."""

    label: str
    data: str | None = None
    copy: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is shown: text with <b> markup, and rows of buttons."""

    text: str
    buttons: Rows = ()


class Replies:
    """Words outcomes in any language of a catalogue folder."""

    def __init__(self, knowledge: Knowledge, folder: Path | None) -> None:
        self._knowledge = knowledge
        self._folder = folder
        self._wordings: dict[Language, Wording] = {}

    def wording(self, language: Language) -> Wording:
        """The catalogue of a language, read when first used."""
        if language not in self._wordings:
            self._wordings[language] = Wording(language, self._folder)
        return self._wordings[language]

    def reply(self, outcome: out.Outcome, language: Language) -> Reply:
        """The outcome in words."""
        return _Writer(self.wording(language), self._knowledge, self.wording).write(outcome)


class _Writer:
    """Writes one reply."""

    def __init__(self, wording: Wording, knowledge: Knowledge, others: Callable[[Language], Wording]) -> None:
        self.w = wording
        self.knowledge = knowledge
        self._others = others

    def write(self, outcome: out.Outcome) -> Reply:
        writers: dict[type, Callable[..., Reply]] = {
            out.Welcome: self.welcome, out.AskPlace: self.ask_place, out.AskWhichPlace: self.ask_which_place,
            out.AskNeed: self.ask_need, out.AskWhichNeed: self.ask_which_need, out.Referral: self.referral,
            out.Outside: self.outside, out.Danger: self.danger, out.SmallTalk: self.small_talk,
            out.NotUnderstood: self.not_understood, out.Unsupported: self.unsupported, out.OldButton: self.old_button,
            out.Languages: self.languages, out.LanguageOffer: self.language_offer,
            out.LanguageNotYet: self.language_not_yet, out.Help: self.help, out.About: self.about,
            out.Privacy: self.privacy, out.MyData: self.my_data, out.Forgotten: self.forgotten, out.Lips: self.lips,
            out.LipPage: self.lip_page, out.Facts: self.facts, out.Themes: self.themes,
        }  # fmt: skip
        return writers[type(outcome)](outcome)

    # --- Questions --------------------------------------------------------------------------------

    def welcome(self, _: out.Welcome) -> Reply:
        w = self.w
        text = _lines(
            w.say("Hello. I find free help for newcomers in Toronto: classes, doctors, work, housing, food and more."),
            w.say("I keep nothing you write."),
            "",
            w.say("Where do you live? Write a neighbourhood, a street corner or a postal code."),
            w.say("You can also say what you need in the same message."),
        )
        return Reply(text, (*self._district_rows(), (self._go("language"), self._go("help"))))

    def ask_place(self, asked: out.AskPlace) -> Reply:
        w = self.w
        text = _lines(
            w.say("I do not know that place. I know neighbourhoods, street corners and postal codes of Toronto.")
            if asked.unknown
            else "",
            self._understood(asked.understood),
            w.say(
                "Where do you live? Write a neighbourhood, a street corner such as Jane and Finch, or a postal code."
            ),
            w.say("You can also send your location, or choose a part of the city."),
        )
        return Reply(text, (*self._district_rows(), (self._go("need"), self._go("help"))))

    def ask_which_place(self, asked: out.AskWhichPlace) -> Reply:
        w = self.w
        if asked.wide is not None:
            question = w.say("{place} is large. Which part do you live in?", place=w.fact(asked.wide.name))
        else:
            question = w.say("Which place do you mean?")
        rows: list[tuple[Button, ...]] = [
            (Button(_label(place.name), button("place", reference(place))),) for place in asked.options
        ]
        if asked.wide is not None and asked.pages > 1:
            rows.append(self._turning(f"parts {reference(asked.wide)}", asked.page, asked.pages))
        rows.append((self._go("place"),))
        text = _lines(
            self._understood(asked.understood), question, w.say("Not here? Write a street corner or a postal code.")
        )
        return Reply(text, tuple(rows))

    def ask_need(self, asked: out.AskNeed) -> Reply:
        w = self.w
        text = _lines(
            w.say("I did not understand what you need.") if asked.unknown else "",
            self._understood(asked.understood),
            w.say("What do you need? Write it in your own words, or choose."),
        )
        if asked.needs:
            buttons = [Button(_label(w.say(need.name)), button("need", need.id)) for need in asked.needs]
            buttons.insert(0, Button(_label(w.say("Everything about it")), button("need", f"@{asked.areas[0].id}")))
            return Reply(text, (*_paired(buttons), (self._go("need"), self._go("place"))))
        return Reply(text, (*self._area_rows(asked.areas), (self._go("place"), self._go("help"))))

    def ask_which_need(self, asked: out.AskWhichNeed) -> Reply:
        w = self.w
        text = _lines(self._understood(asked.understood), w.say("Which of these do you need?"))
        rows = [(Button(_label(w.say(need.name)), button("need", need.id)),) for need in asked.options]
        return Reply(text, (*rows, (self._go("need"), self._go("help"))))

    def not_understood(self, _: out.NotUnderstood) -> Reply:
        w = self.w
        text = _lines(
            w.say(
                "I did not understand. Please write where you live and what you need, for example: English class near Jane and Finch."
            ),
            w.say("A person can help you at 2-1-1."),
        )
        return Reply(text, ((self._go("place"), self._go("need")), (self._go("language"), self._go("help"))))

    def _understood(self, understood: out.Understood) -> str:
        """What is known so far, as one line."""
        w = self.w
        need = self._need_name(understood.need, understood.area)
        if understood.place is not None and need:
            return w.say(
                "You asked for: {need}. Place: {place}.", need=f"<b>{need}</b>", place=self._bold(understood.place.name)
            )
        if understood.place is not None:
            return w.say("Place: {place}.", place=self._bold(understood.place.name))
        return w.say("You asked for: {need}.", need=f"<b>{need}</b>") if need else ""

    def _need_name(self, need: Need | None, area: Area | None) -> str:
        if need is not None:
            return self.w.say(need.name)
        return self.w.say(area.name) if area is not None else ""

    # --- The answer -------------------------------------------------------------------------------

    def referral(self, answer: out.Referral) -> Reply:
        w = self.w
        cards = [self._card(answer.first + i, match) for i, match in enumerate(answer.matches)]
        if not cards:
            cards = [w.say("I have no checked service for this yet.")]
            if self._for_agencies(answer.understood):
                cards = [
                    self._fact("what-a-lip-is"),
                    *map(self._contact, answer.facts.regional),
                    self._fact("newcomer-office"),
                ]
        parts = [
            self._understood(answer.understood),
            self._partnership(answer.facts),
            *cards,
            w.say("Nothing fits, or not sure? Call 2-1-1 and say what you need."),
        ]
        rows: list[tuple[Button, ...]] = [
            (
                Button(
                    _label(f"{answer.first + i}. {dialled(match.phones[0].number)}"),
                    copy=dialled(match.phones[0].number),
                ),
            )
            for i, match in enumerate(answer.matches)
            if match.phones
        ]
        if answer.pages > 1:
            rows.append(self._turning("page", answer.page, answer.pages))
        rows.append((self._go("place"), self._go("need"), self._go("language")))
        return Reply("\n\n".join(part for part in parts if part), tuple(rows))

    def _partnership(self, facts: out.PlaceFacts) -> str:
        w = self.w
        names = w.list(self._bold(lip.name) for lip in facts.lips[:4])
        if not facts.lips:
            first = w.say(
                "No list that we have puts this neighbourhood in a Local Immigration Partnership of 2009 to 2012."
            )
        else:
            first = w.say("Local Immigration Partnership here, 2009 to 2012: {lips}.", lips=names)
            if not all(lip.id in facts.stated for lip in facts.lips):
                first += " " + w.say("This is what old maps suggest; no source confirms it.")
        if not facts.regional:
            return first
        today = w.list(self._bold(lip.name) for lip in facts.regional[:2])
        return _lines(
            first, w.say("Who brings the agencies together here today: {lips}, as far as we know.", lips=today)
        )

    def _for_agencies(self, understood: out.Understood) -> bool:
        area = understood.need.area if understood.need else understood.area and understood.area.id
        return area == "coordination"

    def _contact(self, lip: Lip) -> str:
        """A partnership of today, for somebody who works in an agency."""
        w = self.w
        host = w.say("Led by {agency}.", agency=w.fact(lip.lead_agency)) if lip.lead_agency else ""
        return _lines(self._bold(lip.name), host, *(w.fact(site) for site in lip.websites[:1]))

    def _card(self, number: int, match: Match) -> str:
        w, service = self.w, match.service
        lines = [
            f"<b>{number}. {w.fact(match.organization.name)}</b>",
            w.fact(service.name) if service.name != match.organization.name else "",
            w.fact(service.description),
        ]
        if not service.stated:
            lines.append(w.say("Our source gives only its kind of work: ask if they offer what you need."))
        lines += [self._where(match), *self._phones(match), self._hours(match.location)]
        if service.application_process:
            lines.append(w.fact(service.application_process))
        lines += [self._cost(match), self._who(match), self._spoken(match), self._source(match)]
        return _lines(*lines)

    def _where(self, match: Match) -> str:
        w, location = self.w, match.location
        if location is None:
            as_of = match.service.evidence.as_of
            if match.age is Age.OLD and as_of is not None:
                return w.say(
                    "By phone or online. This is from {date} and may have changed: ask 2-1-1 first.", date=w.date(as_of)
                )
            return w.say("By phone or online.")
        if location.confidential or not location.address:
            return w.say("The address is not given here. Please call.")
        address = w.fact(", ".join(part for part in (location.address, location.postal_code) if part))
        if match.age is Age.OLD:
            as_of = location.evidence.as_of
            if as_of is None:
                return w.say(
                    "A list without a date had it at {address}. It may have moved: ask 2-1-1 first.", address=address
                )
            return w.say(
                "In {date} it was at {address}. It may have moved: ask 2-1-1 first.",
                date=w.date(as_of[:7]),
                address=address,
            )
        if match.metres is None:
            return w.say("Address: {address}.", address=address)
        return w.say("Address: {address}, about {distance} away.", address=address, distance=w.distance(match.metres))

    def _phones(self, match: Match) -> list[str]:
        w = self.w
        if not match.phones:
            return (
                []
                if match.age is Age.OLD and match.location
                else [w.say("We have no checked phone number. 2-1-1 can give it to you.")]
            )
        lines = []
        for phone in match.phones[:2]:
            number = w.phone(phone)
            told = w.say("Phone: {phone}.", phone=number)
            if phone.extension:
                told = w.say("Phone: {phone}, extension {extension}.", phone=number, extension=w.fact(phone.extension))
            lines.append(f"{told} ({w.fact(phone.name)})" if phone.name else told)
        return lines

    def _hours(self, location: Location | None) -> str:
        if location is None or location.hours is None:
            return ""
        if location.hours == "24/7":
            return self.w.say("Open day and night.")
        told = _told_hours(location.hours, self.w)
        return self.w.say("Open: {hours}.", hours=told) if told else ""

    def _cost(self, match: Match) -> str:
        match match.service.cost:
            case "free":
                return self.w.say("It is free.")
            case "sliding":
                return self.w.say("You pay by what you earn.")
            case "paid":
                return self.w.say("It costs money: ask how much.")
        return ""

    def _who(self, match: Match) -> str:
        w, service = self.w, match.service
        if service.eligibility:
            told = w.say("Who may use it: {who}.", who=w.list(self._status(one) for one in service.eligibility))
            return f"{told} {w.fact(service.eligibility_description)}" if service.eligibility_description else told
        if service.eligibility_description:
            return w.say("Who may use it: {who}.", who=w.fact(service.eligibility_description.rstrip(".")))
        return w.say("Who may use it: not known, please ask.")

    def _status(self, eligibility: Eligibility) -> str:
        w = self.w
        return {
            Eligibility.ANYONE: w.say("anyone"),
            Eligibility.PERMANENT_RESIDENT: w.say("permanent residents"),
            Eligibility.PROTECTED_PERSON: w.say("protected persons"),
            Eligibility.REFUGEE_CLAIMANT: w.say("refugee claimants"),
            Eligibility.WORK_PERMIT: w.say("people with a work permit"),
            Eligibility.STUDY_PERMIT: w.say("people with a study permit"),
            Eligibility.CITIZEN: w.say("citizens"),
            Eligibility.NO_STATUS_ASKED: w.say("nobody asks about your status"),
        }[eligibility]

    def _spoken(self, match: Match) -> str:
        if not match.service.languages:
            return ""
        names = self.w.list(self.w.language_name(tag) for tag in match.service.languages[:8])
        return self.w.say("Languages: {languages}.", languages=names)

    def _older(self, match: Match) -> Evidence:
        """The evidence of the service or of its address, whichever is older: a card is as old as its oldest part."""
        service = match.service.evidence
        if match.location is None or service.as_of is None:
            return match.location.evidence if match.location and match.location.evidence.as_of is None else service
        address = match.location.evidence
        return address if address.as_of is None or address.as_of < service.as_of else service

    def _source(self, match: Match) -> str:
        w = self.w
        evidence = self._older(match)
        sources = [self.knowledge.sources[id_] for id_ in evidence.sources]
        source = w.fact(next((one for one in sources if one.url), sources[0]).title)
        if evidence.as_of is None:
            told = w.say("Source: {source}, without a date.", source=source)
        else:
            told = w.say("Source: {source}, {date}.", source=source, date=w.date(evidence.as_of))
        if match.age is not Age.CHECK_FIRST:
            return told
        call_first = w.say("Please call before you go.")
        return f"{told} {call_first}"

    def outside(self, _: out.Outside) -> Reply:
        w = self.w
        text = _lines(
            w.say("That place seems to be outside Toronto. I know only services in the City of Toronto."),
            w.say("For any place in Ontario call 2-1-1, or look at 211ontario.ca. In the rest of Canada: 211.ca."),
            w.say("Do you live in Toronto? Write a neighbourhood, a street corner or a postal code."),
        )
        return Reply(text, ((self._go("place"), self._go("need")), (self._go("language"), self._go("help"))))

    # --- Danger -----------------------------------------------------------------------------------

    def danger(self, outcome: out.Danger) -> Reply:
        lines = outcome.lines[:3]
        text = _lines(f"<b>{self._first_words(outcome.kind)}</b>", *(self._line(line) for line in lines))
        rows: Rows = tuple((Button(_label(f"{dialled(line.number)}"), copy=dialled(line.number)),) for line in lines)
        if outcome.then is None:
            text = _lines(text, "", self.w.say("When you are safe, I can look for other help."))
            return Reply(text, (*rows, (self._go("need"), self._go("language"))))
        after = self.write(outcome.then)
        return Reply(f"{text}\n\n{after.text}", (*rows, *after.buttons))

    def _first_words(self, kind: Crisis) -> str:
        w = self.w
        return {
            Crisis.SUICIDE: w.say("You are not alone. Please talk to someone now."),
            Crisis.MEDICAL: w.say("This may be an emergency. Call 911 now."),
            Crisis.VIOLENCE: w.say("You have a right to be safe. If you are in danger now, call 911."),
            Crisis.DANGER: w.say("If you are in danger now, go to a safe place and call 911."),
            Crisis.CHILD: w.say("If a child is in danger now, call 911."),
            Crisis.EXPLOITATION: w.say("Nobody may hold you or your papers. If you are in danger now, call 911."),
            Crisis.SHELTER_TONIGHT: w.say("You need a place for tonight. Call now."),
        }[kind]

    def _line(self, line: CrisisLine) -> str:
        w = self.w
        told = f"<b>{w.phone(line.number)}</b> {w.fact(line.name)}"
        if line.text_number and line.text_message:
            text = w.say(
                "You can also text {word} to {number}.",
                word=w.fact(line.text_message),
                number=w.phone(line.text_number),
            )
            return f"{told}. {text}"
        if line.text_number:
            text = w.say("You can also text {number}.", number=w.phone(line.text_number))
            return f"{told}. {text}"
        return told

    # --- Talk -------------------------------------------------------------------------------------

    def small_talk(self, outcome: out.SmallTalk) -> Reply:
        w = self.w
        first = {
            "thanks": w.say("You are welcome."),
            "goodbye": w.say("Goodbye, and all the best."),
            "about-you": w.say("I am a program, not a person."),
        }.get(outcome.kind, w.say("Hello."))
        text = _lines(first, w.say("Tell me where in Toronto you live and what you need, and I look for who can help."))
        return Reply(text, ((self._go("place"), self._go("need")), (self._go("language"), self._go("help"))))

    def unsupported(self, _: out.Unsupported) -> Reply:
        text = self.w.say("I can read only text and locations. Please write where you live and what you need.")
        return Reply(text, ((self._go("place"), self._go("need")), (self._go("language"), self._go("help"))))

    def old_button(self, _: out.OldButton) -> Reply:
        text = self.w.say("That button is too old. Please choose again.")
        return Reply(text, ((self._go("place"), self._go("need")), (self._go("language"), self._go("help"))))

    def languages(self, outcome: out.Languages) -> Reply:
        w = self.w
        if outcome.chosen is not None:
            # Translators: name your own language here.
            text = _lines(w.say("I now write in English."), w.say("Where do you live, and what do you need?"))
            return Reply(text, ((self._go("place"), self._go("need")), (self._go("language"), self._go("help"))))
        return Reply(w.say("Choose your language."), self._language_rows(outcome.languages))

    def language_offer(self, outcome: out.LanguageOffer) -> Reply:
        after = self.write(outcome.then)
        # Translators: name your own language here. It is shown to those who write it while another is chosen.
        offered = self._others(outcome.language).say("I can also write in English.")
        switch = (Button(own_name(outcome.language), button("lang", outcome.language)),)
        return Reply(f"{offered}\n\n{after.text}", (switch, *after.buttons))

    def language_not_yet(self, outcome: out.LanguageNotYet) -> Reply:
        text = self.w.say("I cannot write that language yet. These are the ones I have.")
        return Reply(text, self._language_rows(outcome.languages))

    def help(self, _: out.Help) -> Reply:
        w = self.w
        text = _lines(
            w.say(
                "Write where you live and what you need, in your own words and language. For example: English class near Jane and Finch."
            ),
            w.say("/place changes the place, /need changes what you need, /language changes the language."),
            w.say("/lips lists the Local Immigration Partnerships, /themes what I can look for."),
            w.say(
                "/privacy says what I keep, /mydata shows it, /forget deletes it. /about says where the facts come from."
            ),
            w.say("In an emergency call 911. To talk to a person about services call 2-1-1."),
        )
        return Reply(text, ((self._go("place"), self._go("need")), (self._go("language"), self._go("about"))))

    def about(self, outcome: out.About) -> Reply:
        w = self.w
        text = _lines(
            w.say("I am a program that names services for newcomers in Toronto. No person reads this chat."),
            w.say("Every fact has a source and a date, and you see both. Old facts say so. What no source gives, I do not know."),
            w.say("Local Immigration Partnerships bring the agencies of an area to one table. They plan; they are not a counter."),
            "" if outcome.reviewed else w.say("The texts in this language were not yet reviewed by a native speaker."),
            w.say("Contains information licensed under the Open Government Licence – Toronto."),
        )  # fmt: skip
        return Reply(text, ((self._go("lips"), self._go("themes")), (self._go("privacy"), self._go("help"))))

    def privacy(self, _: out.Privacy) -> Reply:
        w = self.w
        text = _lines(
            w.say("I do not keep your words, your name, your number or your location."),
            w.say("I keep only what our talk needs: your language, the one you wrote in and the one I offered, the place and need you chose, the page you see, my last question, and that we talked before. It stands under a code that only this program can make from this chat."),
            w.say("/mydata shows them. /forget deletes them. Telegram itself keeps this chat on its own servers: you can delete it there."),
        )  # fmt: skip
        return Reply(text, ((self._go("mydata"), self._go("forget")), (self._go("place"), self._go("help"))))

    def my_data(self, outcome: out.MyData) -> Reply:
        w, session = self.w, outcome.session
        lines = [w.say("This is all that I keep about this chat:"), *self._held(session, outcome.understood)]
        return Reply(_lines(*lines), ((self._go("forget"), self._go("privacy")), (self._go("place"), self._go("help"))))

    def _held(self, session: Session, understood: out.Understood) -> Iterable[str]:
        w = self.w
        yield (
            w.say("Language: {language}.", language=own_name(session.language))
            if session.language
            else w.say("Language: not chosen.")
        )
        yield (
            w.say("Place: {place}.", place=w.fact(understood.place.name)) if understood.place else w.say("Place: none.")
        )
        need = self._need_name(understood.need, understood.area)
        yield w.say("Need: {need}.", need=need) if need else w.say("Need: none.")
        yield w.say("Page of the answer: {page}.", page=w.number(session.page + 1))
        if session.asked:
            yield w.say(
                "My last question, and the choices under it: {question}.",
                question=w.fact(" ".join((session.asked, *session.options))),
            )
        if session.spoken:
            yield w.say("Language you wrote in: {language}.", language=own_name(session.spoken))
        if session.offered:
            yield w.say("Language I offered: {language}.", language=own_name(session.offered))
        if session.met:
            yield w.say("That we have talked before.")

    def forgotten(self, _: out.Forgotten) -> Reply:
        text = self.w.say("Everything I kept about this chat is deleted. You can start again at any time.")
        return Reply(text, ((self._go("start"), self._go("language")),))

    # --- Browsing ---------------------------------------------------------------------------------

    def lips(self, outcome: out.Lips) -> Reply:
        w = self.w
        text = _lines(
            *(self._fact(id_) for id_ in ("what-a-lip-is", "seventeen-or-fifteen", "four-today", "newcomer-office")),
            w.say("Choose one to read more."),
        )  # fmt: skip
        buttons = [Button(_label(lip.short_name), button("lip", lip.id)) for lip in outcome.lips]
        regional = [Button(_label(lip.short_name), button("lip", lip.id)) for lip in outcome.regional]
        more = (Button(_label(w.say("More about partnerships")), button("facts")),)
        return Reply(text, (*_paired(buttons), *_paired(regional), more, (self._go("themes"), self._go("help"))))

    def facts(self, outcome: out.Facts) -> Reply:
        text = "\n\n".join(self._fact(fact.id) for fact in outcome.facts)
        return Reply(text, ((self._go("lips"), self._go("need")), (self._go("about"), self._go("help"))))

    def _fact(self, id_: str) -> str:
        fact = self.knowledge.facts.get(id_)
        return escape(self.w.say(fact.text), quote=False) if fact is not None else ""

    def lip_page(self, outcome: out.LipPage) -> Reply:
        w, lip = self.w, outcome.lip
        names = w.list(w.fact(covered.name) for covered in lip.covers[:40])
        lines = [f"<b>{w.fact(lip.name)}</b>"]
        if lip.founded:
            lines.append(w.say("Founded: {year}.", year=w.fact(lip.founded)))
        if lip.lead_agency:
            lines.append(w.say("Led by {agency}.", agency=w.fact(lip.lead_agency)))
        if names:
            lines.append(w.say("Neighbourhoods: {names}.", names=names))
        if not all(covered.stated for covered in lip.covers):
            lines.append(w.say("This is what old maps suggest; no source confirms it."))
        if outcome.successor:
            lines.append(w.say("Since 2012 part of {lip}.", lip=w.fact(outcome.successor.name)))
        if outcome.former:
            lines.append(
                w.say("It took over from {lips}.", lips=w.list(w.fact(one.short_name) for one in outcome.former))
            )
        lines += [w.fact(site) for site in lip.websites[:1]]
        lines.append(w.say("A partnership plans and coordinates. For help, tell me what you need."))
        rows: list[tuple[Button, ...]] = []
        if outcome.place is not None:
            rows.append((Button(_label(w.say("Find help here")), button("parts", reference(outcome.place))),))
        return Reply(_lines(*lines), (*rows, (self._go("lips"), self._go("need"))))

    def themes(self, outcome: out.Themes) -> Reply:
        w = self.w
        lines = [w.say("These are the six themes of the partnerships' plans, and what I can look for.")]
        for theme, inside in outcome.themes:
            lines.append(f"<b>{w.say(theme.name)}</b>: {w.list(w.say(area.name) for area in inside)}")
        areas = [area for _, some in outcome.themes for area in some]
        return Reply(_lines(*lines), (*self._area_rows(areas), (self._go("lips"), self._go("help"))))

    # --- Buttons ----------------------------------------------------------------------------------

    def _go(self, command: str) -> Button:
        w = self.w
        labels = {
            "start": w.say("Start again"), "help": w.say("Help"), "language": w.say("Language"),
            "place": w.say("Change place"), "need": w.say("Change need"), "lips": w.say("Partnerships"),
            "themes": w.say("All themes"), "about": w.say("About"), "privacy": w.say("Privacy"),
            "mydata": w.say("My data"), "forget": w.say("Delete my data"),
        }  # fmt: skip
        return Button(_label(labels[command]), button("go", command))

    def _district_rows(self) -> Rows:
        districts = [place for place in self.knowledge.places if place.kind is Kind.DISTRICT]
        return _paired([Button(_label(p.name), button("place", reference(p))) for p in districts])

    def _area_rows(self, areas: Sequence[Area]) -> Rows:
        return _paired([Button(_label(self.w.say(area.name)), button("area", area.id)) for area in areas])

    def _language_rows(self, languages: Sequence[Language]) -> Rows:
        return _paired([Button(own_name(tag), button("lang", tag)) for tag in languages])

    def _turning(self, verb: str, page: int, pages: int) -> tuple[Button, ...]:
        w = self.w
        turned = []
        if page > 0:
            turned.append(Button(_label(w.say("Previous")), button(*_split(verb, page - 1))))
        if page + 1 < pages:
            turned.append(Button(_label(w.say("More")), button(*_split(verb, page + 1))))
        return tuple(turned)

    def _bold(self, text: str) -> str:
        return f"<b>{self.w.fact(text)}</b>"


_DAYS = {"Mo": 0, "Tu": 1, "We": 2, "Th": 3, "Fr": 4, "Sa": 5, "Su": 6}
_HOURS_PART = re.compile(
    r"(?:(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))? )?(\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)"
)


def _told_hours(hours: str, w: Wording) -> str:
    """Simple opening hours in words; "" for what this cannot tell truly."""
    names = get_day_names("abbreviated", locale=w.locale)
    told = []
    for part in hours.split(";"):
        match = _HOURS_PART.fullmatch(part.strip())
        if match is None:
            return ""
        first, last, times = match.groups()
        days = names[_DAYS[first]] if first else ""
        if last:
            days += f"–{names[_DAYS[last]]}"
        told.append(f"{days} {w.fact(times.replace('-', '–').replace(',', ', '))}".strip())
    return "; ".join(told)


def _split(verb: str, page: int) -> tuple[str, str]:
    first, _, rest = verb.partition(" ")
    return first, f"{rest} {page}".strip()


def _paired(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _label(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"


def _lines(*parts: str) -> str:
    """Parts on lines of their own; one empty part is an empty line only between two full ones."""
    return "\n".join(part for part in parts if part)
