"""What messages of members show and say until something is made of it, and what becomes of it when they change."""
