"""Placeholder until the branch with the classifier is merged."""


def is_question(text: str) -> bool:
    """Whether a message asks."""
    return "?" in text or any(word in text.lower() for word in ("loud", "bass", "key", "how", "what", "tempo"))


def asks_about_own(text: str) -> bool:
    """Whether it is about the writer's own track."""
    return " my " in f" {text.lower()} "
