// uncaughtException, its monitor, and the capture callback.
process.on("uncaughtExceptionMonitor", (error, origin) => console.log("monitor", error.message, origin));
process.on("uncaughtException", (error, origin) => console.log("listener", error.message, origin));
setTimeout(() => { throw new Error("first"); }, 1);
setTimeout(() => Promise.reject(new Error("second")), 2);
setTimeout(() => Promise.reject("not an error"), 3);
setTimeout(() => {
  process.setUncaughtExceptionCaptureCallback((error) => console.log("capture", error.message));
  console.log(process.hasUncaughtExceptionCaptureCallback());
  throw new Error("third");
}, 4);
setTimeout(() => {
  process.setUncaughtExceptionCaptureCallback(null);
  throw new Error("fourth");
}, 6);
