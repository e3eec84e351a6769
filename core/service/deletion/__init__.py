"""Deletion: what members and servers may demand, and what it means for jobs of others and for posts in Discord."""
