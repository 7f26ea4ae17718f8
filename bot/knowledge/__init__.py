"""The knowledge base: YAML records and tables on disk into values of `bot.model`. YAML lives here and nowhere else."""

from bot.knowledge.folder import load
from bot.knowledge.problems import InvalidKnowledge, Problem

__all__ = ["InvalidKnowledge", "Problem", "load"]
