"use strict";
// Subsystems that are in other processes as well: kernel.mount(). What is sent to them goes to NATS; what comes from there is for the
// handlers here.

const { KernelError, noAddress } = load("krepis/mycelia/errors");
const { invalid, known, milliseconds, object, whole } = load("krepis/mycelia/options");

const engine = native("mounts");

const MOST = 1_048_576;

const DEFAULTS = {
  prefix: "",
  queue: "krepis",
  name: undefined,
  user: undefined,
  password: undefined,
  token: undefined,
  tls: false,
  ca: undefined,
  cert: undefined,
  key: undefined,
  jetstream: undefined,
  timeout: 10_000,
  capacity: 1024,
  overflow: "wait",
  inFlight: 256,
  pending: 1024,
};

const STREAM = {
  stream: undefined,
  create: true,
  retention: "workqueue",
  inMemory: false,
  replicas: 1,
  maxAge: undefined,
  maxBytes: undefined,
  ackWait: 30_000,
  maxAckPending: 1000,
  maxDeliveries: 5,
  retryDelay: 1000,
  deadLetters: "dead",
};

const RETENTIONS = ["workqueue", "interest", "limits"];
const OVERFLOWS = ["wait", "reject", "drop-oldest"];
const TEXTS = ["prefix", "queue", "name", "user", "password", "token", "ca", "cert", "key"];

/** Neither is any use without the other. */
const PAIRS = [["user", "password"], ["cert", "key"]];

function checkText(name, value) {
  if (value !== undefined && typeof value !== "string") throw invalid(name, "a string", value);
}

function checkTime(name, value) {
  if (milliseconds(name, value) === Infinity) throw invalid(name, "milliseconds that come to an end", value);
}

function checkFlag(name, value) {
  if (typeof value !== "boolean") throw invalid(name, "true or false", value);
}

function checkOneOf(name, value, all) {
  if (!all.includes(value)) throw invalid(name, `one of ${all.map((one) => JSON.stringify(one)).join(", ")}`, value);
}

function streamOptions(given) {
  if (given === undefined) return undefined;
  const stream = typeof given === "string" ? { stream: given } : object("jetstream", given);
  known("jetstream", stream, STREAM);
  const options = { ...STREAM, ...stream };
  if (typeof options.stream !== "string" || options.stream === "") throw invalid("jetstream.stream", "the name of a stream", options.stream);
  for (const name of ["create", "inMemory"]) checkFlag(`jetstream.${name}`, options[name]);
  checkOneOf("jetstream.retention", options.retention, RETENTIONS);
  for (const name of ["ackWait", "retryDelay"]) checkTime(`jetstream.${name}`, options[name]);
  if (options.maxAge !== undefined) checkTime("jetstream.maxAge", options.maxAge);
  if (options.maxBytes !== undefined) whole("jetstream.maxBytes", options.maxBytes, 1, Number.MAX_SAFE_INTEGER);
  whole("jetstream.replicas", options.replicas, 1, 5);
  whole("jetstream.maxAckPending", options.maxAckPending, 1, MOST);
  whole("jetstream.maxDeliveries", options.maxDeliveries, 1, MOST);
  if (options.deadLetters !== null) checkText("jetstream.deadLetters", options.deadLetters);
  return options;
}

function mountOptions(given = {}) {
  known("mount", object("options", given), DEFAULTS);
  const options = { ...DEFAULTS, ...given };
  for (const name of TEXTS) checkText(name, options[name]);
  checkFlag("tls", options.tls);
  for (const [one, other] of PAIRS) {
    if ((options[one] === undefined) !== (options[other] === undefined)) {
      const [given, missing] = options[one] === undefined ? [other, one] : [one, other];
      throw invalid(missing, `a string, as there is "${given}"`, undefined);
    }
  }
  checkTime("timeout", options.timeout);
  for (const name of ["capacity", "inFlight"]) whole(name, options[name], 1, MOST);
  whole("pending", options.pending, 0, MOST);
  checkOneOf("overflow", options.overflow, OVERFLOWS);
  options.jetstream = streamOptions(options.jetstream);
  return options;
}

/** The subsystem of an address that is one as a whole. */
function subsystemOf(address) {
  const name = typeof address === "string" ? /^([\w.-]+):\/\/$/.exec(address)?.[1] : undefined;
  if (name === undefined) throw typeof address === "string" ? invalid("address", 'a whole subsystem, such as "orders://"', address) : noAddress(address);
  return name;
}

class Mount {
  #bus;
  #number;
  #isClosed = false;

  /** `serves` is whether there are handlers here. */
  static async open(bus, name, url, options, serves) {
    if (typeof url !== "string") throw invalid("url", "the address of a NATS server", url);
    const settings = JSON.stringify({ ...options, url, serve: serves });
    try {
      return new Mount(bus, name, await engine.mount(bus.number, name, settings));
    } catch (error) {
      throw typeof error?.code === "string" ? new KernelError(error.code, error.message) : error;
    }
  }

  constructor(bus, name, number) {
    this.#bus = bus;
    this.#number = number;
    this.subsystem = name;
  }

  /** "connected", "reconnecting" or "closed". */
  get status() {
    return engine.state(this.#number)[0];
  }

  /** Its numbers in the text format of Prometheus. */
  prometheus() {
    return engine.state(this.#number)[1];
  }

  /** Takes nothing more from the other side; what was taken is handled, answered and acknowledged. */
  async stopServing() {
    await engine.stop_serving(this.#number);
  }

  /** As stopServing; then the connection ends, when what was sent is there. */
  async close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await engine.unmount(this.#bus.number, this.#number);
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }

  get isClosed() {
    return this.#isClosed;
  }

  get [Symbol.toStringTag]() {
    return "Mount";
  }
}

return { Mount, mountOptions, subsystemOf };
