"""Knowledge about genres, platforms, prices and terms: data files with sources, and the values read from them."""
