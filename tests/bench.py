"""`make bench`: each figure beside a peer that does the same with common parts, measured in the same run, interleaved.

Prints ratios; asserts nothing, as a busy machine is no defect.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from bot.atlas import Atlas
from bot.knowledge import load
from bot.model import Kind, Status
from bot.refer import Request, refer
from bot.understand import Reader
from bot.understand.text import clean, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent
ROUNDS = 5
TODAY = date(2026, 11, 24)

ECHO_START = """
from telegram.ext import Application, MessageHandler, filters
async def echo(update, context):
    await update.message.reply_text(update.message.text)
app = Application.builder().token("123456:" + "a" * 35).build()
app.add_handler(MessageHandler(filters.TEXT, echo))
"""
OUR_START = """
import os
from bot import settings
from bot.__main__ import _conversation
import bot.telegram.polling
_conversation(settings.read(os.environ))
"""
MEASURE = """
import re, time
began = time.process_time()
{code}
taken = time.process_time() - began
print(taken, re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
"""


def messages() -> list[str]:
    """What people write in the tests, in every language."""
    files = sorted((ROOT / "tests" / "messages").glob("*.jsonl"))
    return [json.loads(line)["text"] for path in files for line in path.read_text("utf-8").splitlines()]


def times(do: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Milliseconds of each text."""
    taken = []
    for text in texts:
        began = time.perf_counter()
        do(text)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def versus(
    what: str, ours: Callable[[str], object], peer_name: str, peer: Callable[[str], object], texts: Sequence[str]
) -> None:
    """Print one row: p50 and p99 of both and their ratio, the two sides taking turns."""
    mine: list[float] = []
    other: list[float] = []
    for _ in range(ROUNDS):
        mine += times(ours, texts)
        other += times(peer, texts)
    cuts = [(statistics.median(side), statistics.quantiles(side, n=100)[98]) for side in (mine, other)]
    (p50, p99), (peer50, peer99) = cuts
    mine_told, peer_told = f"p50 {p50:7.3f} ms  p99 {p99:7.3f} ms", f"{peer_name}: {peer50:8.3f} / {peer99:8.3f} ms"
    print(f"{what:34} {mine_told} | {peer_told} | 1/{peer50 / p50:.1f}, 1/{peer99 / p99:.1f}")


def start(code: str) -> tuple[float, float]:
    """CPU seconds and MB of a fresh process, the middle of several."""
    runs = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", MEASURE.format(code=code)], capture_output=True, text=True, check=True, cwd=ROOT
        )
        seconds, kilobytes = done.stdout.split()[-2:]
        runs.append((float(seconds), int(kilobytes) / 1024))
    return statistics.median(s for s, _ in runs), statistics.median(m for _, m in runs)


def main() -> None:
    """Print every row."""
    began = time.perf_counter()
    knowledge = load(ROOT / "knowledge")
    read = time.perf_counter()
    reader = Reader(knowledge)
    built = time.perf_counter()
    print(f"knowledge read in {read - began:.2f} s, indexes built in {built - read:.2f} s (kept in a cache afterwards)")
    texts = messages()
    for text in texts:  # the lexicon of a language is made when its first message comes
        reader.read(text)
    sample = texts[:: max(1, len(texts) // 60)]
    names = sorted(
        {name.lower() for p in knowledge.places if p.kind is not Kind.POSTAL_AREA for name in (p.name, *p.names)}
    )

    def place(text: str) -> object:
        text = clean(text)
        said = tokens(text)
        return reader._places.find(text, said, reader._small.around(said, "en"))

    def windows(text: str) -> object:
        words = text.lower().split()[:60]
        spans = [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words)) + 1)]
        return process.cdist(spans or [""], names, scorer=Indel.normalized_similarity, score_cutoff=0.8)

    versus(f"place, against {len(names)} names", place, "cdist over windows", windows, sample)

    atlas = Atlas(knowledge)
    phrases = [phrase for said in knowledge.phrases for listed in said.needs.values() for phrase in listed]
    home = next(p for p in knowledge.places if p.kind is Kind.NEIGHBOURHOOD)

    def whole(text: str) -> object:
        said = reader.read(text)
        here = said.place.candidates[0] if said.place.status is Status.FOUND else home
        needs = said.need.needs[:1] or ("esl",)
        return refer(Request(needs=needs, place=here, language="en", today=TODAY), knowledge, atlas)

    def wratio(text: str) -> object:
        return process.extractOne(text, names, scorer=fuzz.WRatio), process.extractOne(
            text, phrases, scorer=fuzz.WRatio
        )

    versus(
        "understand and refer", whole, f"WRatio over {len(names) + len(phrases)} names and phrases", wratio, sample[:20]
    )

    ours, echo = start(OUR_START), start(ECHO_START)
    print(f"{'start, CPU':34} {ours[0]:.2f} s | echo bot: {echo[0]:.2f} s | {ours[0] / echo[0]:.2f} x")
    print(f"{'memory':34} {ours[1]:.0f} MB | echo bot: {echo[1]:.0f} MB | {ours[1] / echo[1]:.2f} x")


if __name__ == "__main__":
    main()
