"""How the norms are made of measurements of finished music: `python -m tests.support.norms.make`."""
