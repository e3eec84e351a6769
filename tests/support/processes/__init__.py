"""The bot, the command line and a model's server as processes of their own."""
