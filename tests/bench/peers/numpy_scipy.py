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


def grid(columns):
    """Position by position; roots of time, log-moneyness, discounted holdings and, for each vol shift, deviations hoisted."""
    forward, strike, years, vol, sign, quantity, discount, spots, shifts = columns
    root = np.sqrt(years)
    log_moneyness = np.log(forward / strike)
    weight = quantity * discount * sign
    held_forward, held_strike = weight * forward, weight * strike

    def total(growth, shift, deviation, inverse, half):
        d1 = (log_moneyness + np.log(growth)) * inverse + half
        return growth * np.dot(held_forward, ndtr(sign * d1)) - np.dot(held_strike, ndtr(sign * (d1 - deviation)))

    def run():
        def terms(shift):
            deviation = (vol + shift) * root
            return shift, deviation, 1.0 / deviation, 0.5 * deviation

        before = total(1.0, *terms(0.0))
        return [np.array([total(1.0 + spot, *row) - before for row in map(terms, shifts) for spot in spots])]

    return run


serve({"price": price, "greeks": greeks, "grid": grid})
