"""Weighting schemes: fixed, from experts' judgments, and from the data."""
