"""Weighting sensitivity: how far the ranks hang on choices that nobody can prove."""
