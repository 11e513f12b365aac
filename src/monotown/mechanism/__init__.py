"""The mechanism as a model: levers, a budget, feedback, and what the assumptions carry."""
