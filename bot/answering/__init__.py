"""Ranked clauses become a cited answer, or an honest none."""
