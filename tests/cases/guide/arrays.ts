// Arrays of arrays, template literals and for...of.
const matrix: number[][] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
for (const row of matrix) {
  console.log(`row: ${row.join(", ")} sum: ${row.reduce((a, b) => a + b, 0)}`);
}
const [[first], , [, , last]] = matrix;
console.log(`first ${first}, last ${last}, nested ${`${matrix.length}x${matrix[0]!.length}`}`);
for (const [index, letter] of [..."abc"].entries()) console.log(`${index}: ${letter}`);
console.log(`flat: ${matrix.flat()}`);
