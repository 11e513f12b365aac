"""Figures: functions from tables to matplotlib figures, and figures to bytes."""
