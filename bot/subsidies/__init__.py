"""Subsidy rules as data, and what they say of a case."""
