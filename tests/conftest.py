"""Settings of all tests."""

import os

from hypothesis import settings

# HYPOTHESIS_PROFILE=thorough looks longer for a counterexample.
settings.register_profile("quick", max_examples=30, deadline=None)
settings.register_profile("thorough", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
