"""Commands, buttons, menus and forms: how they are acknowledged, shown and refused."""
