"""One conversation per intent."""
