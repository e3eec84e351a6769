"""The prompts of the language model: instructions and facts."""
