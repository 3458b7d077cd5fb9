// The stack of an error after an await names the callers.
async function one(): Promise<void> { await two(); }
async function two(): Promise<void> { await null; throw new Error("deep") ; }
try {
  await one();
} catch (error) {
  console.log((error as Error).stack!.split("\n").slice(0, 3).map((line) => line.trim().replace(/\(.*[\\/]/, "(")).join("\n"));
}
