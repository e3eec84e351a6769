"""Findings → words: prompts, the model, the measured writer, receipts, the dial card."""

from core.advice.model import ChatModel, ModelSettings
from core.advice.values import Answer, Meter, Spent, Ticket
from core.advice.writer import Writer

__all__ = ["Answer", "ChatModel", "Meter", "ModelSettings", "Spent", "Ticket", "Writer"]
