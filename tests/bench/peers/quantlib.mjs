// npm @quantlib/ql, a translation of QuantLib to JavaScript: its Black calculator, option by option.
import { BlackCalculator, Option } from '@quantlib/ql';

export const greeks = ([forwards, strikes, years, vols, signs]) => () => {
  const out = Array.from({ length: 6 }, () => new Float64Array(forwards.length));
  for (let at = 0; at < forwards.length; at += 1) {
    const [forward, time] = [forwards[at], years[at]];
    const type = signs[at] < 0 ? Option.Type.Put : Option.Type.Call;
    const black = new BlackCalculator().init2(type, strikes[at], forward, vols[at] * Math.sqrt(time), 1);
    out[0][at] = black.value();
    out[1][at] = black.delta(forward);
    out[2][at] = black.gamma(forward);
    out[3][at] = black.vega(time);
    out[4][at] = black.theta(forward, time);
    out[5][at] = black.rho(time);
  }
  return out;
};
