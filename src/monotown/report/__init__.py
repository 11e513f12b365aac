"""The report that people read: pieces of its pages, each the context of a template in one language."""
