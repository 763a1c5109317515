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
def cells(held_forward, held_strike, log_moneyness, root, vol, sign, spots, shifts, before):
    out = np.empty(spots.size * shifts.size)
    for row in range(shifts.size):
        deviation = (vol + shifts[row]) * root
        inverse = 1.0 / deviation
        for column in range(spots.size):
            value = total(held_forward, held_strike, log_moneyness, inverse, deviation, sign, 1.0 + spots[column])
            out[row * spots.size + column] = value - before
    return out


def price(columns):
    return lambda: [prices(*columns)]


def now(held):
    held_forward, held_strike, log_moneyness, root, vol, sign = held
    return total(held_forward, held_strike, log_moneyness, 1.0 / (vol * root), vol * root, sign, 1.0)


def book(forward, strike, years, vol, sign, quantity, discount):
    weight = quantity * discount * sign
    return weight * forward, weight * strike, np.log(forward / strike), np.sqrt(years), vol, sign


def grid(columns):
    *of, spots, shifts = columns
    held = book(*of)
    return lambda: [cells(*held, spots, shifts, now(held))]


@njit(error_model="numpy")
def after(forward, strike, years, vol, sign, quantity, spot_now, rate_now, move):
    """The book after a scenario of spot, vol, days and rate: the columns of what lives, and what the rest was settled for."""
    growth, points, elapsed, rate = 1.0 + move[0] / 100.0, move[1] / 100.0, move[2] / 365.0, rate_now + move[3] / 100.0
    settled, count = 0.0, 0
    held = np.empty((7, sign.size))
    for i in range(sign.size):
        life = years[i] - elapsed
        if life <= 0.0:
            settled += quantity[i] * max(sign[i] * (spot_now * growth - strike[i]), 0.0)
            continue
        held[0, count] = forward[i] * growth * (forward[i] / spot_now) ** (-elapsed / years[i])
        held[1, count], held[2, count], held[3, count] = strike[i], life, vol[i] + points
        held[4, count], held[5, count], held[6, count] = sign[i], quantity[i], math.exp(-rate * life)
        count += 1
    return held[:, :count], settled


def scenarios(columns):
    *of, _, spots, shifts, (_, spot_now, rate_now), spot, points, days, rate = columns
    discount = columns[6]

    def run():
        before = now(book(*of, discount))
        parts = []
        for move in np.column_stack((spot, points, days, rate)):
            held, settled = after(*of, spot_now, rate_now, move)
            parts.append(cells(*book(*held), spots, shifts, before - settled))
        return [np.concatenate(parts)]

    return run


serve({"price": price, "grid": grid, "scenarios": scenarios})
