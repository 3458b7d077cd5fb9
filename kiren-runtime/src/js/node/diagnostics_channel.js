"use strict";
// node:diagnostics_channel: named channels on which libraries tell what they do.

const { checkFunction, invalidArgType } = load("node/errors");
const { nextTick } = load("task_queue");

// Channels by name; one that nobody holds or listens to may go.
const channels = new Map();
const collected = new FinalizationRegistry((name) => {
  if (channels.get(name)?.deref() === undefined) channels.delete(name);
});

// Channels that have listeners or stores are held here.
const active = new Set();

class Channel {
  #subscribers = [];
  #stores = new Map();

  constructor(name) {
    this.name = name;
  }

  get hasSubscribers() {
    return this.#subscribers.length > 0 || this.#stores.size > 0;
  }

  #changed() {
    if (this.hasSubscribers) active.add(this);
    else active.delete(this);
  }

  subscribe(subscription) {
    checkFunction(subscription, "subscription");
    this.#subscribers = [...this.#subscribers, subscription];
    this.#changed();
  }

  unsubscribe(subscription) {
    const at = this.#subscribers.indexOf(subscription);
    if (at < 0) return false;
    this.#subscribers = this.#subscribers.toSpliced(at, 1);
    this.#changed();
    return true;
  }

  bindStore(store, transform) {
    this.#stores.set(store, transform);
    this.#changed();
  }

  unbindStore(store) {
    const had = this.#stores.delete(store);
    this.#changed();
    return had;
  }

  publish(data) {
    for (const subscriber of this.#subscribers) {
      try {
        subscriber(data, this.name);
      } catch (error) {
        nextTick(throwError, error);
      }
    }
  }

  // Runs `fn` with what each store makes of `data`.
  runStores(data, fn, thisArg, ...args) {
    let run = () => {
      this.publish(data);
      return Reflect.apply(fn, thisArg, args);
    };
    for (const [store, transform] of this.#stores) {
      const inner = run;
      run = () => {
        let value = data;
        if (transform !== undefined) {
          try {
            value = transform(data);
          } catch (error) {
            nextTick(throwError, error);
            return inner();
          }
        }
        return store.run(value, inner);
      };
    }
    return run();
  }
}

function throwError(error) {
  throw error;
}

function channel(name) {
  if (typeof name !== "string" && typeof name !== "symbol") {
    throw invalidArgType("channel", "one of type string or symbol", name);
  }
  const known = channels.get(name)?.deref();
  if (known !== undefined) return known;
  const made = new Channel(name);
  channels.set(name, new WeakRef(made));
  collected.register(made, name);
  return made;
}

function subscribe(name, subscription) {
  channel(name).subscribe(subscription);
}

function unsubscribe(name, subscription) {
  return channel(name).unsubscribe(subscription);
}

function hasSubscribers(name) {
  return channels.get(name)?.deref()?.hasSubscribers ?? false;
}

const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"];

// Five channels that tell of the life of one call.
class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of EVENTS) {
      let own;
      if (typeof nameOrChannels === "string") own = channel(`tracing:${nameOrChannels}:${event}`);
      else own = nameOrChannels?.[event];
      if (!(own instanceof Channel)) throw invalidArgType(`nameOrChannels.${event}`, "an instance of Channel", own);
      Object.defineProperty(this, event, { value: own, enumerable: false });
    }
  }

  get hasSubscribers() {
    return EVENTS.some((event) => this[event].hasSubscribers);
  }

  subscribe(handlers) {
    for (const event of EVENTS) if (handlers[event]) this[event].subscribe(handlers[event]);
  }

  unsubscribe(handlers) {
    let done = true;
    for (const event of EVENTS) {
      if (handlers[event] && !this[event].unsubscribe(handlers[event])) done = false;
    }
    return done;
  }

  traceSync(fn, context = {}, thisArg = undefined, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    return this.start.runStores(context, () => {
      try {
        return context.result = Reflect.apply(fn, thisArg, args);
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  tracePromise(fn, context = {}, thisArg = undefined, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const tellEnd = () => {
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    };
    return this.start.runStores(context, () => {
      try {
        const result = Reflect.apply(fn, thisArg, args);
        if (typeof result?.then !== "function") {
          context.result = result;
          return result;
        }
        return result.then((value) => {
          context.result = value;
          tellEnd();
          return value;
        }, (error) => {
          context.error = error;
          this.error.publish(context);
          tellEnd();
          throw error;
        });
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  // `position` is that of the callback among the arguments; the last one without it.
  traceCallback(fn, position = -1, context = {}, thisArg = undefined, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const callback = args.at(position);
    checkFunction(callback, "callback");
    const { asyncEnd, asyncStart, error: failed } = this;
    function traced(error, result) {
      if (error) {
        context.error = error;
        failed.publish(context);
      } else {
        context.result = result;
      }
      asyncStart.runStores(context, () => {
        try {
          return Reflect.apply(callback, this, arguments);
        } finally {
          asyncEnd.publish(context);
        }
      });
    }
    args.splice(position, 1, traced);
    return this.start.runStores(context, () => {
      try {
        return Reflect.apply(fn, thisArg, args);
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }
}

function tracingChannel(nameOrChannels) {
  return new TracingChannel(nameOrChannels);
}

const { missing } = load("node/absent");

return {
  ...missing("diagnostics_channel", "boundedChannel BoundedChannel*"),
  Channel, channel, hasSubscribers, subscribe, tracingChannel, unsubscribe,
};
