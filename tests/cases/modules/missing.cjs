for (const specifier of ["./none", "none", "none/deep", "@none/pkg", "node:none", ""]) {
  try {
    require(specifier);
    console.log("no error");
  } catch (error) {
    console.log(JSON.stringify(specifier), error.name, error.code);
  }
}
