"""What a reader sees: style of figures, diagrams, printed tables, prose with its facts, the page."""
