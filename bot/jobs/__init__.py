"""Job postings: import, search, subscription, events, training."""
