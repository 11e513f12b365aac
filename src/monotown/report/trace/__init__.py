"""From a number that a run publishes back to the cells that it rests on, with the formula of each step between.

What a step says is read from the tables of the run. Where it shows a formula, the number is computed from the parts
that are listed, by the function that the run itself uses, and compared with the one that is printed.
"""
