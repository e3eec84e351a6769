"""The values that all packages exchange: actor, request, conversation, job, processor settings, errors."""
