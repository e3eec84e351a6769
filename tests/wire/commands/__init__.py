"""Commands, buttons and forms, used as a member would."""
