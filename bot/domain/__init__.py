"""What the words mean: frozen dataclasses, no I/O."""
