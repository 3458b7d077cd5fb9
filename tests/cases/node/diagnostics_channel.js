// node:diagnostics_channel.
const dc = require("node:diagnostics_channel");
const { AsyncLocalStorage } = require("async_hooks");
const channel = dc.channel("test");
console.log(channel === dc.channel("test"), channel.hasSubscribers, dc.hasSubscribers("test"), channel.name, channel instanceof dc.Channel);
const listener = (message, name) => console.log("message", message, name);
dc.subscribe("test", listener);
channel.publish({ a: 1 });
console.log(channel.hasSubscribers, dc.hasSubscribers("test"), dc.unsubscribe("test", listener), dc.unsubscribe("test", listener), channel.hasSubscribers);
const store = new AsyncLocalStorage();
channel.bindStore(store, (data) => data.x);
console.log(channel.runStores({ x: 5 }, function (y) { return [store.getStore(), y, this.k]; }, { k: 1 }, 2), store.getStore(), channel.unbindStore(store));
const trace = dc.tracingChannel("call");
const seen = [];
const handlers = Object.fromEntries(["start", "end", "asyncStart", "asyncEnd", "error"].map((event) => [event, (context) => seen.push([event, { ...context, error: context.error?.message }])]));
trace.subscribe(handlers);
console.log(trace.hasSubscribers, trace.traceSync((a, b) => a + b, { id: 1 }, null, 1, 2), seen.splice(0));
try { trace.traceSync(() => { throw new Error("bad"); }); } catch (error) { console.log(error.message, seen.splice(0)); }
trace.tracePromise(async () => "value", { id: 2 }).then((value) => {
  console.log(value, seen.splice(0));
  trace.traceCallback((callback) => setImmediate(callback, null, "result"), 0, { id: 3 }, null, (error, result) => {
    console.log(error, result);
    setImmediate(() => console.log(seen.splice(0), trace.unsubscribe(handlers), trace.hasSubscribers));
  });
});
for (const run of [() => dc.channel(5), () => channel.subscribe(5)]) try { run(); } catch (error) { console.log(error.code, error.message); }
