"""Raw figures to observations: sources, units, constant borders, confidential cells, plausible bounds."""
