"""What a message asks for: intent, slots, a second wish."""
