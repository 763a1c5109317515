// The form in which inputs and answers travel: the count of columns, then each with its length in front, all as little-endian f64.

export function pack(columns) {
  const numbers = new Float64Array(1 + columns.reduce((sum, column) => sum + 1 + column.length, 0));
  numbers[0] = columns.length;
  let at = 1;
  for (const column of columns) {
    numbers[at] = column.length;
    numbers.set(column, at + 1);
    at += 1 + column.length;
  }
  return numbers;
}

export function unpack(numbers) {
  const columns = [];
  let at = 1;
  for (let column = 0; column < numbers[0]; column += 1) {
    columns.push(numbers.subarray(at + 1, at + 1 + numbers[at]));
    at += 1 + numbers[at];
  }
  return columns;
}
