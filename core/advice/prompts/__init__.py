"""The prompts of the language model: instructions, and the statements it may use."""
