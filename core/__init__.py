"""Everything Earshot knows that is not Discord: audio in, measured advice out.

Layers, from the bottom up (import-linter holds the order; siblings on one line do not import each other)::

    errors
    values: actor · request · serial · chain
    workers · knowledge · audio
    analysis
    diagnosis
    review · conversation
    advice | exports | storage | jobs
    service
"""
