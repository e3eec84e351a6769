"""Reviews, answers and summaries written from the measurements, without a language model."""
