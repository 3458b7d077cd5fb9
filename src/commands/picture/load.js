// Loads a program for `krepis graph` and `krepis routes`: its exports.
async (file) => {
  process.argv.splice(1, 0, file);
  const path = encodeURI(file).replace(/[?#]/g, encodeURIComponent);
  const exports = await import(`file://${file.startsWith("/") ? "" : "/"}${path}`);
  return exports;
}
