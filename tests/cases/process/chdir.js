// chdir changes cwd, and says what failed.
const dirname = (path) => path.slice(0, path.lastIndexOf("/"));
process.chdir("..");
console.log(process.cwd() === dirname(__dirname));
process.chdir(__dirname);
console.log(process.cwd() === __dirname);
for (const folder of ["./none", __filename, 5]) {
  try {
    process.chdir(folder);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
