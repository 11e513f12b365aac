"""The report as people use it: its pages, and the pieces that stand on them."""
