"""Judgments, metrics and load."""
