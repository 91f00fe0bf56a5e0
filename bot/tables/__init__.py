"""Tables that offices send: CSV, XLSX and JSONL as rows of text, with columns by any of their names."""
