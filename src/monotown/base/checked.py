"""Schemas of tables: pandera's `DataFrameSchema`, `Column` and `Check`, made when a table is first checked.

Pandera takes a quarter of a second to import, and a command that only reads files checks no table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandera.pandas import Check, Column, DataFrameSchema
else:
    from functools import cached_property, partial
    from inspect import ismethod

    def _made(value):
        """A value with everything in it made."""
        if isinstance(value, _Later):
            return value.made
        if isinstance(value, dict):
            return {key: _made(held) for key, held in value.items()}
        return [_made(held) for held in value] if isinstance(value, list) else value

    class _Later:
        """A call of pandera that waits for whoever needs what it gives."""

        def __init__(self, _name, /, *args, **kwargs):
            self._call = _name, args, kwargs
            if _name == "DataFrameSchema":  # asked for more often than tables are checked
                self.columns = dict(args[0])

        @cached_property
        def made(self):
            name, args, kwargs = self._call
            import pandera.pandas as maker

            for part in name.split("."):
                maker = getattr(maker, part)
            return maker(*_made(list(args)), **_made(kwargs))

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            found = getattr(self.made, name)
            if not ismethod(found):
                return found
            return lambda *args, **kwargs: found(*_made(list(args)), **_made(kwargs))

    class _Check:
        def __call__(self, *args, **kwargs):
            return _Later("Check", *args, **kwargs)

        def __getattr__(self, name):
            return partial(_Later, f"Check.{name}")

    Check = _Check()
    Column = partial(_Later, "Column")
    DataFrameSchema = partial(_Later, "DataFrameSchema")

__all__ = ["Check", "Column", "DataFrameSchema"]
