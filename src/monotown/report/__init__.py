"""The site of a run: its pages, their frame, and the pieces that stand on them."""
