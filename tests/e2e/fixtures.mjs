// Files that the journeys drop, small enough to know every number by heart.

/// Deribit's private/get_positions: a short BTC put and a long future, marked at one index.
export const deribitPositions = {
  name: 'positions.json',
  text: JSON.stringify({
    jsonrpc: '2.0',
    id: 7,
    usIn: 1768566600000000,
    usOut: 1768566600000500,
    usDiff: 500,
    testnet: false,
    result: [
      {
        instrument_name: 'BTC-27MAR26-80000-P', kind: 'option', direction: 'sell', size: -5, average_price: 0.031, mark_price: 0.0284,
        index_price: 95500, floating_profit_loss: 0.013, total_profit_loss: 0.013, realized_profit_loss: 0, initial_margin: 0.61,
        maintenance_margin: 0.47, delta: 0.96, gamma: -0.00006, vega: -610.2, theta: 178.4, average_price_usd: 2960.5, floating_profit_loss_usd: 1241.5,
      },
      {
        instrument_name: 'BTC-27MAR26', kind: 'future', direction: 'buy', size: 200000, size_currency: 2.0725, average_price: 96200,
        mark_price: 96502.5, index_price: 95500, settlement_price: 96450, floating_profit_loss: 0.0065, total_profit_loss: 0.0065,
        realized_profit_loss: 0, initial_margin: 0.04145, maintenance_margin: 0.020725, delta: 2.0725, leverage: 50,
      },
    ],
  }),
};

const HEADER = 'instrument,underlying,type,option_type,strike,expiry,quantity,entry_price,mark,spot,forward,iv,rate,margin,contract_size,account,venue,as_of';
const AS_OF = '2026-01-16T12:30:00Z';

/// Plimsoll's own CSV: collateral and a linear option.
export const ownCsv = {
  name: 'second.csv',
  text: [
    HEADER,
    `,USDC,cash,,,,250000,,,,,,,,,main,Bybit,${AS_OF}`,
    `,BTC,option,call,120000,2026-06-26,3,4100,4300,95500,97600,0.52,,linear,1,main,Bybit,${AS_OF}`,
    '',
  ].join('\n'),
};

/// A third file, for a second drop: ten coins.
export const coinsCsv = {
  name: 'coins.csv',
  text: [HEADER, `,BTC,spot,,,,10,90000,,95500,,,,,,vault,,${AS_OF}`, ''].join('\n'),
};

/// Two good rows, three bad ones: a quantity in words, a strike below zero, a day that does not exist.
export const badRows = {
  name: 'bad.csv',
  text: [
    HEADER,
    `,USDC,cash,,,,250000,,,,,,,,,main,Bybit,${AS_OF}`,
    `,BTC,option,call,120000,2026-06-26,three,4100,4300,95500,97600,0.52,,linear,1,main,Bybit,${AS_OF}`,
    `,BTC,option,call,-120000,2026-06-26,3,4100,4300,95500,97600,0.52,,linear,1,main,Bybit,${AS_OF}`,
    `,BTC,option,call,120000,2026-02-30,3,4100,4300,95500,97600,0.52,,linear,1,main,Bybit,${AS_OF}`,
    `,BTC,spot,,,,10,90000,,95500,,,,,,vault,,${AS_OF}`,
    '',
  ].join('\n'),
  bad: [
    { line: 3, value: 'three' },
    { line: 4, value: '-120000' },
    { line: 5, value: '2026-02-30' },
  ],
};

/// A book of `count` options over three underlyings and twenty expiries, with every fact that pricing needs.
export function largeBook(count) {
  const underlyings = [['BTC', 95500], ['ETH', 3305], ['SOL', 142]];
  const lines = [HEADER];
  const first = Date.UTC(2026, 0, 23);
  for (let index = 0; index < count; index += 1) {
    const [name, spot] = underlyings[index % 3];
    const term = Math.floor(index / 3) % 20;
    const step = Math.floor(index / 60) % 41;
    const expiry = new Date(first + term * 14 * 86_400_000).toISOString().slice(0, 10);
    const forward = spot * (1 + 0.002 * (term + 1));
    const strike = Math.round(spot * (0.6 + 0.02 * step) * 100) / 100;
    const quantity = ((index * 7919) % 41) - 20 || 1;
    const iv = 0.4 + 0.002 * Math.abs(step - 20) + 0.004 * term;
    lines.push(`,${name},option,${index % 2 ? 'put' : 'call'},${strike},${expiry},${quantity},,,${spot},${forward.toFixed(4)},${iv.toFixed(4)},,linear,1,desk ${index % 5},Bybit,${AS_OF}`);
  }
  lines.push(`,USDC,cash,,,,250000000,,,,,,,,,main,Bybit,${AS_OF}`, '');
  return { name: 'large.csv', text: lines.join('\n') };
}
