"""The Telegram door: updates in, Bot API calls out. Decides nothing; keeps no state but what the store holds."""
