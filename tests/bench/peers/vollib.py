"""py_vollib_vectorized: numba loops over py_vollib, called by column."""
import numpy as np
import py_vollib_vectorized as vollib

from turn import serve


def flags(sign):
    return np.where(sign < 0, "p", "c")


def greeks(columns):
    forward, strike, years, vol, sign = columns
    flag, rate = flags(sign), np.zeros_like(vol)

    def run():
        price = vollib.vectorized_black(flag, forward, strike, years, rate, vol, return_as="numpy")
        of = vollib.get_all_greeks(flag, forward, strike, years, rate, vol, model="black", return_as="dict")
        # It counts vega for a point of vol and theta for a day; its rho discounts a forward that stays, which is another number.
        delta, gamma, vega, theta = (np.asarray(of[name]) for name in ("delta", "gamma", "vega", "theta"))
        return [price, delta, gamma, 100.0 * vega, 365.0 * theta]

    return run


def implied_vol(columns):
    forward, strike, years, price, sign = columns
    flag, rate = flags(sign), np.zeros_like(price)
    return lambda: [vollib.vectorized_implied_volatility_black(price, forward, strike, rate, years, flag, return_as="numpy")]


serve({"greeks": greeks, "implied-vol": implied_vol})
