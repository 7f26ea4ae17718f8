"""The Telegram door: updates in, Bot API calls out. Decides nothing; keeps no state but what the store holds."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's next way to say times; the old one warns at every 429
