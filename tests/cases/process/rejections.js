// unhandledRejection and rejectionHandled.
process.on("unhandledRejection", (reason, promise) => console.log("unhandled", reason.message, promise instanceof Promise));
process.on("rejectionHandled", (promise) => console.log("handled later", promise === late));
const late = Promise.reject(new Error("late"));
const soon = Promise.reject(new Error("soon"));
soon.catch(() => console.log("handled soon"));
setTimeout(() => late.catch((error) => console.log("caught", error.message)), 1);
