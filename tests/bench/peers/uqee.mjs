// npm @uqee/black-scholes, at its double precision, option by option as its interface wants.
import { BlackScholes } from '@uqee/black-scholes';

const formula = new BlackScholes({ sigmaToPricePrecision: 'double' });
const NAMES = ['price', 'delta', 'gamma', 'vega', 'theta', 'rho'];

export const greeks = ([forwards, strikes, years, vols, signs]) => () => {
  const out = NAMES.map(() => new Float64Array(forwards.length));
  for (let at = 0; at < forwards.length; at += 1) {
    const option = formula.option({
      rate: 0, sigma: vols[at], strike: strikes[at], time: years[at], type: signs[at] < 0 ? 'put' : 'call', underlying: forwards[at],
    });
    for (let name = 0; name < NAMES.length; name += 1) out[name][at] = option[NAMES[name]];
  }
  return out;
};
