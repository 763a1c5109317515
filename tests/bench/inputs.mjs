// The inputs of every job, from one fixed generator: what each column is stands at its job in src/bin/bench.rs.

/// A linear congruence (Knuth, MMIX), so that everybody draws the same.
class Draw {
  #state;

  constructor(seed) {
    this.#state = BigInt(seed);
  }

  unit() {
    this.#state = BigInt.asUintN(64, this.#state * 6364136223846793005n + 1442695040888963407n);
    return Number(this.#state >> 11n) / 2 ** 53;
  }

  between(low, high) {
    return low + (high - low) * this.unit();
  }

  below(count) {
    return Math.floor(this.unit() * count);
  }
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;

function columns(count, width, row) {
  const result = Array.from({ length: width }, () => new Float64Array(count));
  for (let index = 0; index < count; index += 1) row(index).forEach((value, column) => { result[column][index] = value; });
  return result;
}

/// Forward, strike, years, vol and sign: from a week to two years, strikes within two and a half deviations.
export function options(count = 100_000) {
  const draw = new Draw(1);
  return columns(count, 5, () => {
    const forward = draw.between(50, 150);
    const years = draw.between(7 / 365, 2);
    const vol = draw.between(0.15, 1);
    const strike = forward * Math.exp(draw.between(-2.5, 2.5) * vol * Math.sqrt(years));
    return [forward, strike, years, vol, draw.unit() < 0.5 ? 1 : -1];
  });
}

/// The same, each the call or the put that is out of the money.
export function outOfTheMoney(count) {
  const [forwards, strikes, years, vols] = options(count);
  return [forwards, strikes, years, vols, forwards.map((forward, index) => (strikes[index] >= forward ? 1 : -1))];
}

/// Positions in a chain of 12 expiries × 60 strikes × call and put. Call and put of a strike have one vol, as venues mark them.
export function book(count = 10_000) {
  const draw = new Draw(2);
  const [asOf, spot, rate] = [1_768_566_667_454, 95_539.49, 0.04];
  const days = [1, 2, 3, 7, 14, 21, 35, 63, 98, 161, 252, 343];
  const expiries = days.map((day) => 1_768_550_400_000 + (day + 1) * DAY);
  const forwards = expiries.map((expiry) => spot * Math.exp((0.05 * (expiry - asOf)) / YEAR));
  const contracts = [];
  for (const place of expiries.keys()) {
    const years = (expiries[place] - asOf) / YEAR;
    for (let step = 0; step < 60; step += 1) {
      // From three deviations below to three above, and evenly: what a venue lists.
      const width = 0.6 * Math.sqrt(years) * 6;
      const strike = Math.round((forwards[place] * Math.exp(width * (step / 59 - 0.5))) / 50) * 50;
      const vol = 0.5 + 0.08 * Math.exp(-years) + 0.1 * (step / 59 - 0.5) ** 2 - 0.05 * (step / 59 - 0.5);
      for (const sign of [1, -1]) contracts.push([place, strike, vol, sign]);
    }
  }
  const chain = [0, 1, 2, 3].map((field) => Float64Array.from(contracts, (contract) => contract[field]));
  const held = columns(count, 2, () => [draw.below(contracts.length), Math.round(draw.between(-50, 50) * 10) / 10]);
  // Vols stay above zero in every cell, so that no cell is cheaper than another.
  return [[asOf, spot, rate], expiries, forwards, ...chain, ...held, [-0.5, 0.5, 21], [-0.3, 0.5, 21]];
}

/// What a peer revalues that knows nothing of contracts: forward, strike, years, vol, sign, quantity and discount factor of every
/// position, the spot moves and the vol shifts.
export function positions([[asOf, , rate], expiries, forwards, places, strikes, vols, signs, contracts, quantities, spots, shifts]) {
  const years = expiries.map((expiry) => (expiry - asOf) / YEAR);
  const rows = columns(contracts.length, 7, (index) => {
    const contract = contracts[index];
    const place = places[contract];
    return [
      forwards[place], strikes[contract], years[place], vols[contract], signs[contract], quantities[index], Math.exp(-rate * years[place]),
    ];
  });
  const axis = ([low, high, count]) => Float64Array.from({ length: count }, (_, step) => low + (high - low) * (step / (count - 1)));
  return [...rows, axis(spots), axis(shifts)];
}

/// Scenarios: spot in percent, vol in points, days and rate in percentage points. The first eight are BTC in the historical storms of the
/// library, with their vols as a parallel shift; the rest is drawn, with each of six numbers of days as often, so that every eleventh
/// scenario makes a fair sample.
export function scenarios() {
  const draw = new Draw(4);
  const storms = [[-37.17, 80, 1], [-13.77, 45, 1], [-20.58, 35, 7], [-36.84, 40, 9], [-25.38, 45, 4], [-5, 15, 3], [-17.39, 25, 4], [-12, 35, 1]];
  const days = [0, 0, 1, 3, 7, 30];
  return columns(60, 4, (index) => {
    const drawn = [draw.between(-60, 100), draw.between(-15, 80), days[index % 6]];
    const [spot, vol, time] = storms[index] ?? drawn;
    return [spot, vol, time, draw.between(-2, 3)];
  });
}

/// Spot, strike, years, vol, rate, yield and sign of American options: 25 strikes as calls and as puts, of each of 8 sets of terms.
export function americans() {
  const draw = new Draw(3);
  const rows = [];
  for (let set = 0; set < 8; set += 1) {
    const terms = [draw.between(0.05, 3), draw.between(0.1, 0.6), draw.between(0.005, 0.1), draw.between(0.005, 0.1)];
    for (const sign of [1, -1]) for (let step = 0; step < 25; step += 1) rows.push([100, 70 + 2.5 * step, ...terms, sign]);
  }
  return columns(rows.length, 7, (index) => rows[index]);
}
