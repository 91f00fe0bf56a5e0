"""What waits for a person: handoffs."""
