"""Service points and the way to them."""
