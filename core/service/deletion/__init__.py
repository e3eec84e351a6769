"""Deletion of the data of members and servers, its effect on other people's jobs, and deletion of posts in Discord."""
