"""The paper's printed figures: read, recomputed, inverted, and every claim on them judged."""
