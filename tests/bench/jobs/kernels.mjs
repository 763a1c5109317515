// The jobs whose inputs are columns and that run in every environment: what they are, and which peers are asked which.
import * as inputs from '../inputs.mjs';

/// Price, delta, gamma, vega, theta and rho, from our columns; at rate 0 rho is the strike paid, times the years.
const sixOf = ([, strikes, years, , signs]) => (ours) => [
  ...ours.slice(0, 5),
  ours[12].map((probability, at) => signs[at] * strikes[at] * years[at] * probability),
];

export function greeks() {
  const columns = inputs.options();
  const six = sixOf(columns);
  return {
    title: 'price and every Greek of 100 000 options',
    columns,
    peers: [
      { name: 'QuantLib C++', as: 'QuantLib C++, value and 5 Greeks', goal: 6, answers: six },
      { name: 'numpy + scipy', as: 'numpy + scipy, price and 9 Greeks', goal: 3.5, answers: (ours) => ours.slice(0, 10) },
      { name: 'numpy + scipy, memory kept', as: 'numpy + scipy, price and 9 Greeks, memory kept', goal: null, answers: (ours) => ours.slice(0, 10) },
      // It counts theta as what is lost.
      {
        name: '@uqee/black-scholes',
        as: '@uqee/black-scholes in Chromium, price and 5 Greeks',
        goal: null,
        answers: (ours) => six(ours).map((column, at) => (at === 4 ? column.map((value) => -value) : column)),
      },
      { name: '@quantlib/ql', as: '@quantlib/ql in Chromium, value and 5 Greeks', goal: null, answers: six },
      { name: 'QuantLib-Python', as: 'QuantLib-Python, value and 5 Greeks', goal: null, answers: six },
      // Its Greeks are differences, theta that of a whole day: vega is up to 1 % away, theta 10 %. The others are compared.
      {
        name: 'py_vollib_vectorized', as: 'py_vollib_vectorized, price and 5 Greeks by differences', goal: null,
        answers: (ours) => ours.slice(0, 3), tolerance: 1e-4,
      },
    ],
  };
}

export function price() {
  return {
    title: 'price of 100 000 options',
    columns: inputs.options(),
    peers: [
      { name: 'QuantLib C++', as: 'QuantLib C++, blackFormula', goal: null },
      { name: 'numpy + scipy', as: 'numpy + scipy', goal: null },
      { name: 'numpy + scipy, memory kept', as: 'numpy + scipy, memory kept', goal: null },
      { name: 'numba', as: 'numba', goal: null },
    ],
  };
}

/// The prices that are asked for their vols are our own, of the options of the other jobs that are out of the money.
export function impliedVol() {
  const options = inputs.outOfTheMoney();
  return {
    title: 'implied vol of 100 000 options',
    columns: options,
    derive: { job: 'price', columns: ([forwards, strikes, years, , signs], [prices]) => [forwards, strikes, years, prices, signs] },
    // As exact as the vol that the price was made of.
    check: ([found]) => within(found, options[3], 1e-13),
    peers: [
      { name: 'QuantLib C++', as: 'QuantLib C++, to 1e-12', goal: 5, tolerance: 1e-9 },
      { name: 'implied-vol', as: 'implied-vol 2.1, native', goal: 2, tolerance: 1e-9 },
      { name: 'implied-vol', job: 'implied-vol-jaeckel', as: 'implied-vol 2.1 (Jäckel), native', goal: 2, tolerance: 1e-9 },
      { name: 'py_vollib_vectorized', as: 'py_vollib_vectorized', goal: null, tolerance: 1e-6 },
      { name: 'QuantLib-Python', as: 'QuantLib-Python, Li and Rational', goal: null, tolerance: 1e-9 },
    ],
  };
}

/// What is wrong with columns that should be these within a relative tolerance.
function within(found, expected, tolerance) {
  const worst = found.reduce((most, value, at) => Math.max(most, Math.abs(value / expected[at] - 1)), 0);
  return `within ${worst.toExponential(1)} of the truth${worst <= tolerance ? '' : ', which is too far'}`;
}

/// The peer at each of its accuracies. Ours is within 3e-8 of the most precise one, which takes a minute for all and is timed on every
/// tenth option; the goal is against the one that comes nearest in accuracy.
export function american() {
  const options = inputs.americans();
  const some = options.map((column) => column.filter((_, index) => index % 10 === 0));
  const [count, of] = [some[0].length, options[0].length];
  const quantlib = (scheme, goal, tolerance) => ({ name: 'QuantLib C++', job: `american-${scheme}`, as: `QuantLib C++, QdFp ${scheme}`, goal, tolerance });
  const precise = quantlib('precise', null, 1e-7);
  const sampled = { ...precise, as: `${precise.as} (${count} of ${of}, scaled)`, sample: { columns: some, scale: of / count } };
  return {
    title: '400 American options, 16 sets of terms',
    columns: options,
    peers: [quantlib('accurate', 10, 1e-5), quantlib('fast', null, 1e-3), sampled],
  };
}

export function grid() {
  const book = inputs.book();
  return {
    title: '10 000 positions × 441 cells, full revaluation',
    columns: book,
    peerColumns: inputs.positions(book),
    peers: [
      { name: 'QuantLib C++', as: 'QuantLib C++, blackFormula', goal: 20 },
      { name: 'numpy + scipy', as: 'numpy + scipy, hoisted', goal: 9 },
      { name: 'numba', as: 'numba, hoisted', goal: 6 },
    ],
  };
}

/// Our own 60 scenarios at every turn; the peers answer all of them once, and are timed on six of them, since some need half a minute.
export function scenarios() {
  const [book, all] = [inputs.book(), inputs.scenarios()];
  const [world] = book;
  const peer = (list) => [...inputs.positions(book), world, ...list];
  const some = all.map((column) => column.filter((_, index) => index % 11 === 0));
  const [count, of] = [some[0].length, all[0].length];
  const scaled = (name, how, goal) => ({
    name, as: `${name}, ${how} (${count} of ${of} scenarios, scaled)`, goal, sample: { columns: peer(some), scale: of / count },
  });
  return {
    title: '10 000 positions × 441 cells × 60 scenarios, full revaluation',
    columns: [...book, ...all],
    peerColumns: peer(all),
    peers: [scaled('QuantLib C++', 'blackFormula', 20), scaled('numpy + scipy', 'hoisted', 9), scaled('numba', 'hoisted', 6)],
  };
}

/// Sums by two dimensions. The peers are given the keys as the integers that ours keeps them as, which is the best that they can be given,
/// and the sums by cell alone, without totals.
export function pivot() {
  const book = inputs.book(100_000);
  const sorted = (columns) => {
    const places = [...columns[0].keys()].sort((a, b) => columns[0][a] - columns[0][b] || columns[1][a] - columns[1][b]);
    return columns.map((column) => Float64Array.from(places, (place) => column[place]));
  };
  return {
    title: 'pivot of 100 000 positions, strike × expiry',
    columns: book,
    derive: { job: 'pivot-rows', columns: (columns, rows) => [...columns, ...rows] },
    peers: [
      { name: 'polars', as: 'polars, one thread', goal: 1, theirs: sorted },
      { name: 'DuckDB-Wasm', as: 'DuckDB-Wasm in Node', goal: 1, theirs: sorted },
    ],
  };
}
