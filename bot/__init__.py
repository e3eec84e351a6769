"""The process: settings, composition, client, command line."""
