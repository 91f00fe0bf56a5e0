"""What happens by the clock, whoever serves: one process of an installation does it."""
