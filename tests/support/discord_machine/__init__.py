"""A machine that uses the bot as twelve people in three servers would, at random, and checks that everything holds.

The real client, cogs, services and SQLite run in this process against the loopback Discord, over sockets; only what
measures and prints (`pipeline`) is instant. Modules: `running` starts, stops and settles the bot; `world` is who and
what there is; `messages`, `presses` and `disturbances` are what happens; `ledger` says who may see what and notes what
was shown; `checks` and `rows` say what is wrong. For long: `python -m tests.support.discord_machine`.
"""
