"""The engines behind the document, cache and file ports."""
