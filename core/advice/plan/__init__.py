"""Plans: texts made of references to statements and joining words, and what becomes of them."""
