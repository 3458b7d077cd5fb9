// Event, EventTarget, CustomEvent, AbortController, AbortSignal, DOMException.
const log = (...items) => console.log(...items);

const target = new EventTarget();
const seen = [];
const twice = () => seen.push("twice");
target.addEventListener("go", twice);
target.addEventListener("go", twice); // the same listener counts once
target.addEventListener("go", twice, true); // but capturing is another one
target.addEventListener("go", () => seen.push("once"), { once: true });
target.addEventListener("go", { handleEvent(event) { seen.push(`object ${event.type}`); } });
target.dispatchEvent(new Event("go"));
target.dispatchEvent(new Event("go"));
log(seen.join(", "));

const stopper = new EventTarget();
stopper.addEventListener("x", (event) => event.stopImmediatePropagation());
stopper.addEventListener("x", () => log("not reached"));
stopper.addEventListener("y", (event) => event.preventDefault());
stopper.addEventListener("z", (event) => event.preventDefault(), { passive: true });
log(stopper.dispatchEvent(new Event("x")));
log(stopper.dispatchEvent(new Event("y", { cancelable: true })));
log(stopper.dispatchEvent(new Event("z", { cancelable: true })));
log(stopper.dispatchEvent(new Event("y")));

const removal = new EventTarget();
const late = () => log("late");
removal.addEventListener("x", () => removal.removeEventListener("x", late));
removal.addEventListener("x", late);
removal.dispatchEvent(new Event("x"));

const custom = new CustomEvent("c", { detail: { a: 1 } });
log(custom.detail.a, custom instanceof Event, Object.prototype.toString.call(custom));

const controller = new AbortController();
const { signal } = controller;
signal.onabort = (event) => log("onabort", event.type, event.target === signal, event.isTrusted);
const any = AbortSignal.any([signal, AbortSignal.timeout(1e9)]);
any.addEventListener("abort", () => log("any", any.reason === signal.reason));
target.addEventListener("bound", () => log("not reached: its signal aborted"), { signal });
controller.abort();
controller.abort("again");
target.dispatchEvent(new Event("bound"));
log(signal.aborted, signal.reason.name, signal.reason.code, signal.reason instanceof Error);
try {
  signal.throwIfAborted();
} catch (error) {
  log(error === signal.reason);
}
log(AbortSignal.abort(1).reason);

const error = new DOMException("message", "DataCloneError");
log(String(error), error.code, DOMException.DATA_CLONE_ERR, error.stack.split("\n")[0]);
log(Object.prototype.toString.call(error), Object.getOwnPropertyNames(error).join());

for (const wrong of [
  () => new Event(),
  () => new AbortSignal(),
  () => target.dispatchEvent({}),
  () => target.addEventListener("x", 1),
  () => AbortSignal.any([1]),
  () => EventTarget.prototype.addEventListener.call({}, "x", null),
]) {
  try {
    wrong();
    log("no error");
  } catch (error) {
    log(`${error.name}: ${error.message}`);
  }
}

globalThis.addEventListener("here", (event) => log("global", event.target === globalThis));
dispatchEvent(new Event("here"));
