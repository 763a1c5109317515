"""numpy with scipy's normal distribution, as one writes it for speed: columns, everything shared computed once."""
import numpy as np
from scipy.special import ndtr

from turn import serve

INVERSE_ROOT_TWO_PI = 0.3989422804014327


def price(columns):
    forward, strike, years, vol, sign = columns

    def run():
        deviation = vol * np.sqrt(years)
        d1 = np.log(forward / strike) / deviation + 0.5 * deviation
        return [sign * (forward * ndtr(sign * d1) - strike * ndtr(sign * (d1 - deviation)))]

    return run


def greeks(columns):
    """Price and nine Greeks: delta, gamma, vega, theta, vanna, volga, charm, speed, zomma."""
    forward, strike, years, vol, sign = columns

    def run():
        root = np.sqrt(years)
        deviation = vol * root
        d1 = np.log(forward / strike) / deviation + 0.5 * deviation
        d2 = d1 - deviation
        cumulative = ndtr(sign * d1)
        density = INVERSE_ROOT_TWO_PI * np.exp(-0.5 * d1 * d1)
        gamma = density / (forward * deviation)
        vega = forward * density * root
        product = d1 * d2
        return [
            sign * (forward * cumulative - strike * ndtr(sign * d2)),
            sign * cumulative,
            gamma,
            vega,
            -0.5 * vega * vol / years,
            -density * d2 / vol,
            vega * product / vol,
            0.5 * density * d2 / years,
            -gamma / forward * (d1 / deviation + 1.0),
            gamma * (product - 1.0) / vol,
        ]

    return run


def value(log_moneyness, held_forward, held_strike, sign, growth, deviation, inverse, half):
    d1 = (log_moneyness + np.log(growth)) * inverse + half
    return growth * np.dot(held_forward, ndtr(sign * d1)) - np.dot(held_strike, ndtr(sign * (d1 - deviation)))


def cells(held, vol, root, spots, shifts):
    """Every spot move at every vol shift; deviations are computed once for each shift."""
    for shift in shifts:
        deviation = (vol + shift) * root
        terms = (deviation, 1.0 / deviation, 0.5 * deviation)
        for spot in spots:
            yield value(*held, 1.0 + spot, *terms)


def book(forward, strike, sign, quantity, discount):
    """What a grid needs of a book: log-moneyness and discounted holdings."""
    weight = quantity * discount * sign
    return np.log(forward / strike), weight * forward, weight * strike, sign


def grid(columns):
    """Position by position; roots of time, log-moneyness, discounted holdings and, for each vol shift, deviations hoisted."""
    forward, strike, years, vol, sign, quantity, discount, spots, shifts = columns
    root = np.sqrt(years)
    held = book(forward, strike, sign, quantity, discount)

    def run():
        before = next(cells(held, vol, root, [0.0], [0.0]))
        return [np.fromiter(cells(held, vol, root, spots, shifts), float) - before]

    return run


def after(columns, move):
    """The book after a scenario of spot, vol, days and rate: what of it lives, and what the rest was settled for."""
    forward, strike, years, vol, sign, quantity, _, _, _, (_, spot_now, rate_now) = columns[:10]
    spot, points, days, rate = move
    growth, elapsed = 1.0 + spot / 100.0, days / 365.0
    lives = years > elapsed
    gone = ~lives
    settled = np.dot(quantity[gone], np.maximum(sign[gone] * (spot_now * growth - strike[gone]), 0.0))
    forward, strike, life, vol, sign, quantity = (each[lives] for each in (forward, strike, years, vol, sign, quantity))
    forward = forward * growth * (forward / spot_now) ** (-elapsed / life)
    life = life - elapsed
    held = book(forward, strike, sign, quantity, np.exp(-(rate_now + rate / 100.0) * life))
    return held, vol + points / 100.0, np.sqrt(life), settled


def scenarios(columns):
    """The same on top of each scenario."""
    forward, strike, years, vol, sign, quantity, discount, spots, shifts, _, *moves = columns

    def run():
        before = next(cells(book(forward, strike, sign, quantity, discount), vol, np.sqrt(years), [0.0], [0.0]))
        parts = []
        for move in zip(*moves):
            *state, settled = after(columns, move)
            parts.append(np.fromiter(cells(*state, spots, shifts), float) + (settled - before))
        return [np.concatenate(parts)]

    return run


serve({"price": price, "greeks": greeks, "grid": grid, "scenarios": scenarios})
