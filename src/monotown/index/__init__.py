"""The index engine: a model as a value, and the verbs that build an index; each works alone and inside the pipeline."""
