"""Workbooks and text tables of others: every cell has one fate, and an ambiguous number is refused."""
