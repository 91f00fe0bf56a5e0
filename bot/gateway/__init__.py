"""A message in, one reply out, in time."""
