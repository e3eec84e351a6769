"""How reviews and answers reach people, and what is told where they do not."""
