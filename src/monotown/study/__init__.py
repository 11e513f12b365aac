"""A study: what is measured, of whom, from which figures; its sheets read and written."""
