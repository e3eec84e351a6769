"""Messages that people write: which are for Earshot, in what order, and what each gets."""
