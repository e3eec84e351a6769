"""Turns findings into words: prompts, the model, the measured writer, the check of a model's words, the dial card."""

from core.advice.answer import Answer
from core.advice.model.chat_model import ChatModel
from core.advice.model.model_settings import ModelSettings
from core.advice.model.spending import Meter, Spent, Ticket
from core.advice.writer import Writer

__all__ = ["Answer", "ChatModel", "Meter", "ModelSettings", "Spent", "Ticket", "Writer"]
