"""A file becomes clauses."""
