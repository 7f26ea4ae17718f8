"""The Newcomer Referral Bot: a place and a need in, the right door out."""
