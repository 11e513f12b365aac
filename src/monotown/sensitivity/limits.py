"""Numbers by which the report's words on ranks and indices are chosen."""

from typing import Final

#: An interval of ranks is called narrow up to so many places from end to end, wide from so many.
NARROW: Final = 3
WIDE: Final = 6

#: Cases up to which a count is told as a small one.
FEW_CASES: Final = 5

#: The part of the methods that is given as an interval.
MIDDLE: Final = (0.05, 0.95)

#: What limits of Sobol indices are meant to hold, and the least and most that they held in
#: ``benchmarks/sobol.py``: functions with known indices, and the default views.
MEANT: Final = 0.9
HELD: Final = (0.87, 0.93)
