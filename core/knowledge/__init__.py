"""What is known of genres, platforms and rules: data files with sources, and the values they are read into."""
