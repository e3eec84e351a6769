"""The bot's side towards Discord: parse an event, make one service call, render the result."""
