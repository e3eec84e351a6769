"""Uploads → blocks of samples. An upload is treated as hostile until it is decoded."""
