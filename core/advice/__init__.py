"""Findings → words: prompts, the model, the measured writer, receipts, the dial card."""

from core.advice.model import ChatModel, ModelSettings
from core.advice.values import Answer, MayCallModel
from core.advice.writer import Writer

__all__ = ["Answer", "ChatModel", "MayCallModel", "ModelSettings", "Writer"]
