"""Pieces of the pages: what each shows, from the tables of a run."""
