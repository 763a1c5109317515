"""numba: the loops that one writes for speed, compiled."""
import math

import numpy as np
from numba import njit

from turn import serve

INVERSE_ROOT_TWO = 0.7071067811865476


@njit(fastmath=True, error_model="numpy")
def normal(x):
    return 0.5 * math.erfc(-x * INVERSE_ROOT_TWO)


@njit(fastmath=True, error_model="numpy")
def prices(forward, strike, years, vol, sign):
    out = np.empty_like(forward)
    for i in range(forward.size):
        deviation = vol[i] * math.sqrt(years[i])
        d1 = math.log(forward[i] / strike[i]) / deviation + 0.5 * deviation
        out[i] = sign[i] * (forward[i] * normal(sign[i] * d1) - strike[i] * normal(sign[i] * (d1 - deviation)))
    return out


@njit(fastmath=True, error_model="numpy")
def total(held_forward, held_strike, log_moneyness, inverse, deviation, sign, growth):
    shift, sum_forward, sum_strike = math.log(growth), 0.0, 0.0
    for i in range(sign.size):
        d1 = (log_moneyness[i] + shift) * inverse[i] + 0.5 * deviation[i]
        sum_forward += held_forward[i] * normal(sign[i] * d1)
        sum_strike += held_strike[i] * normal(sign[i] * (d1 - deviation[i]))
    return growth * sum_forward - sum_strike


@njit(fastmath=True, error_model="numpy")
def cells(held_forward, held_strike, log_moneyness, root, vol, sign, spots, shifts):
    out = np.empty(spots.size * shifts.size)
    deviation = vol * root
    before = total(held_forward, held_strike, log_moneyness, 1.0 / deviation, deviation, sign, 1.0)
    for row in range(shifts.size):
        deviation = (vol + shifts[row]) * root
        inverse = 1.0 / deviation
        for column in range(spots.size):
            value = total(held_forward, held_strike, log_moneyness, inverse, deviation, sign, 1.0 + spots[column])
            out[row * spots.size + column] = value - before
    return out


def price(columns):
    return lambda: [prices(*columns)]


def grid(columns):
    forward, strike, years, vol, sign, quantity, discount, spots, shifts = columns
    weight = quantity * discount * sign
    held = (weight * forward, weight * strike, np.log(forward / strike), np.sqrt(years), vol, sign, spots, shifts)
    return lambda: [cells(*held)]


serve({"price": price, "grid": grid})
