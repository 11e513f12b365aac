"""Hierarchies of factors, and what assumed changes of measures come to under each of them."""
