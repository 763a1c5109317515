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
      { name: 'numpy + scipy', as: 'numpy + scipy, price and 8 Greeks', goal: 3.5, answers: (ours) => ours.slice(0, 10) },
      // It counts theta as what is lost.
      {
        name: '@uqee/black-scholes',
        as: '@uqee/black-scholes in Chromium, price and 5 Greeks',
        goal: null,
        answers: (ours) => six(ours).map((column, at) => (at === 4 ? column.map((value) => -value) : column)),
      },
      { name: '@quantlib/ql', as: '@quantlib/ql in Chromium, value and 5 Greeks', goal: null, answers: six },
      { name: 'QuantLib-Python', as: 'QuantLib-Python, value and 5 Greeks', goal: null, answers: six },
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
      { name: 'numba', as: 'numba', goal: null },
    ],
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
