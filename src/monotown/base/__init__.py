"""What everything stands on, and imports no other layer: problems, parsing, formulas, tables."""
