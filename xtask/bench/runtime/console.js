for (let i = 0; i < 1_000_000; i++) {
  console.log("line", i, "of a million");
}
