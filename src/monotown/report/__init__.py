"""What the pages are made of: pure functions from tables and words to the contexts of templates."""
