// Error.prepareStackTrace and captureStackTrace, as libraries use them.
function callsite() {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites;
  const target = {};
  Error.captureStackTrace(target, callsite);
  const sites = target.stack;
  Error.prepareStackTrace = before;
  return sites;
}
function caller() { return callsite(); }
const [first] = caller();
console.log(first.getFunctionName(), first.getFileName() === __filename, first.getLineNumber(), first.getColumnNumber());
Error.stackTraceLimit = 1;
console.log(new Error("limited").stack.split("\n").length);
