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

/// One of every kind of contract, inverse and linear, long and short, with every fact that pricing needs.
export const everyContract = (() => {
  const columns = [
    'instrument', 'underlying', 'type', 'option_type', 'strike', 'expiry', 'quantity', 'entry_price', 'mark', 'spot', 'forward', 'iv', 'rate', 'margin',
    'quote', 'contract_size', 'account', 'venue', 'as_of', 'exercise', 'token', 'conversion_rate', 'unlock', 'yearly_rate', 'liquidation_threshold',
    'pool_side', 'liquidity', 'lower', 'upper', 'other_kind',
  ];
  const btc = { underlying: 'BTC', spot: 95500.25, venue: 'Deribit' };
  const eth = { underlying: 'ETH', spot: 3305.4, venue: 'Bybit' };
  const spy = { underlying: 'SPY', spot: 641.17, rate: 0.0411, venue: 'Interactive Brokers', quote: 'USD', contract_size: 100 };
  const option = (of, option_type, strike, expiry, quantity, iv, more) => ({ ...of, type: 'option', option_type, strike, expiry, quantity, iv, ...more });
  const inverse = { margin: 'inverse', quote: 'USD', contract_size: 1 };
  const linear = { margin: 'linear', quote: 'USDC', contract_size: 1 };
  const rows = [
    option(btc, 'call', 100000, '2026-03-27', 12.5, 0.4471, { forward: 96502.5, mark: 0.0415, ...inverse }),
    option(btc, 'put', 80000, '2026-03-27', -20, 0.5312, { forward: 96502.5, mark: 0.0212, ...inverse }),
    option(btc, 'put', 95000, '2026-01-17', 7, 0.61, { forward: 95520, mark: 0.006, ...inverse }),
    option(btc, 'call', 95500, '2026-01-21', -3, 0.38, { forward: 95561.75, mark: 0.011, ...inverse }),
    option(btc, 'call', 250000, '2026-12-25', 40, 0.66, { forward: 99120, mark: 0.0139, ...inverse }),
    option(eth, 'call', 3600, '2026-06-26', 150, 0.622, { forward: 3377.25, mark: 481.5, rate: 0.037, ...linear }),
    option(eth, 'put', 2400, '2026-06-26', -220, 0.7105, { forward: 3377.25, mark: 155.25, rate: 0.037, ...linear }),
    option(spy, 'put', 620, '2026-03-20', -8, 0.1873, { forward: 643.6, mark: 9.3, exercise: 'american' }),
    option(spy, 'put', 700, '2026-06-19', 5, 0.1611, { forward: 646.02, mark: 61.4, exercise: 'american' }),
    option(spy, 'call', 655, '2026-06-19', 6, 0.1592, { forward: 646.02, mark: 27.75, exercise: 'american' }),
    { ...btc, type: 'future', expiry: '2026-06-26', quantity: -210000, entry_price: 98012.5, mark: 97600.5, forward: 97600.5, ...inverse },
    { ...eth, type: 'future', expiry: '2026-06-26', quantity: 35.5, entry_price: 3390.1, mark: 3377.25, forward: 3377.25, ...linear, quote: 'USDT' },
    { ...btc, type: 'perp', quantity: 175000, entry_price: 94120.5, mark: 95512.25, ...inverse },
    { ...eth, type: 'perp', quantity: -48.25, entry_price: 3290.75, mark: 3306.1, ...linear },
    { ...btc, type: 'spot', quantity: 3.75, entry_price: 61250 },
    { underlying: 'USDC', type: 'cash', quantity: 412000.55, venue: 'Bybit' },
    { underlying: 'SPY', type: 'share', quantity: 350, entry_price: 577.21, spot: 641.17, venue: 'Interactive Brokers' },
    { ...eth, type: 'stake', quantity: 41.2, token: 'WSTETH', conversion_rate: 1.2215, unlock: '7 days', venue: 'Lido' },
    { underlying: 'USDC', type: 'loan', quantity: -90000, yearly_rate: '6.1%', venue: 'Aave' },
    { ...eth, type: 'loan', quantity: 62.5, yearly_rate: '1.9%', liquidation_threshold: 0.83, venue: 'Aave' },
    { ...eth, type: 'pool', quantity: 1, quote: 'USDC', pool_side: 'base', liquidity: 2150, lower: 2800, upper: 4100, venue: 'Uniswap' },
    { underlying: 'USDC', type: 'pool', quantity: 1, quote: 'ETH', pool_side: 'quote', liquidity: 2150, lower: 2800, upper: 4100, venue: 'Uniswap' },
    { underlying: 'XS2010', type: 'other', quantity: 120, spot: 98.755, other_kind: 'bond', contract_size: 10, venue: 'Interactive Brokers' },
  ];
  const line = (row) => columns.map((column) => row[column] ?? '').join(',');
  const full = rows.map((row) => line({ account: 'main', as_of: AS_OF, ...row }));
  return { name: 'every-contract.csv', text: [columns.join(','), ...full, ''].join('\n') };
})();
