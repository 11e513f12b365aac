"""Towns of a run on own data: the profile of each, its figures."""
