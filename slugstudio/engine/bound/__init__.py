"""Bound calls: a training step as a straight list of numpy calls on arrays that are allocated once.

The layers' `forward` and `backward` are the readable truth. Here the same formulas are bound to the arrays of one
network and one batch size, so that a step decides nothing, allocates nothing and looks nothing up.
"""
