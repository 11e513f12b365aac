"""Own workbooks: reading, checks, the template, and what a run on them needs."""
