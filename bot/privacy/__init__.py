"""What identifies a worker: kept by consent, encrypted, masked, erased; and a log that shows who looked.

``key_ring`` holds the installation's keys, ``cipher`` encrypts single fields and makes blind indexes, ``worker_keys``
gives each worker a key of their own. ``consent`` and ``profiles`` keep what a worker agreed to. ``audit`` is the
append-only log, ``audit_verification`` checks it. ``erasure`` and ``export`` act on the worker's wish through the
``holders`` that other rooms register; ``rotation`` renews keys, ``retention`` lets old state expire.
"""
