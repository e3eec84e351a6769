"""What people see in Discord: parse, one service call, render."""
