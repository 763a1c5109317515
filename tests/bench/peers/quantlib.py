"""QuantLib-Python's own formulas, option by option, without instruments and quotes, which cost a hundred times as much."""
import numpy as np
import QuantLib as ql

from turn import serve


def types(sign):
    return [ql.Option.Put if each < 0 else ql.Option.Call for each in sign]


def greeks(columns):
    forward, strike, years, vol, sign = columns
    deviation = (vol * np.sqrt(years)).tolist()
    rows = list(zip(types(sign), strike.tolist(), forward.tolist(), deviation, years.tolist()))

    def run():
        out = np.empty((6, len(rows)))
        for place, (kind, strike, forward, deviation, years) in enumerate(rows):
            black = ql.BlackCalculator(ql.PlainVanillaPayoff(kind, strike), forward, deviation)
            out[:, place] = (
                black.value(), black.delta(forward), black.gamma(forward), black.vega(years), black.theta(forward, years), black.rho(years),
            )
        return list(out)

    return run


def implied_vol(columns):
    forward, strike, years, price, sign = columns
    rows = list(zip(types(sign), strike.tolist(), forward.tolist(), price.tolist()))
    roots = np.sqrt(years)

    solve, guess = ql.blackFormulaImpliedStdDevLiRS, ql.nullDouble()

    def run():
        return [np.array([solve(kind, strike, forward, price, 1.0, 0.0, guess, 1.0, 1e-12, 100) for kind, strike, forward, price in rows]) / roots]

    return run


serve({"greeks": greeks, "implied-vol": implied_vol})
