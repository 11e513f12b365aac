"""What an analyst types: ``monotown new | check | run | report | compare | study export``."""
