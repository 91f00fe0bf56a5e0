"""Words, lay and official."""
