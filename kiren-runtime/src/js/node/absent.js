"use strict";
// What is not there yet: modules that npm packages import at the top and use late or never. Importing them
// works, also by name; calling a function or constructing a class of theirs throws an error that names it.
// What needs no such thing behind it (tables, facts) is real.

const PARENTS = {
  __proto__: null,
  EventEmitter: () => load("node/emitter").EventEmitter,
  Readable: () => load("node/stream").Readable,
  Duplex: () => load("node/stream").Duplex,
  Stream: () => load("node/stream"),
  Writable: () => load("node/stream").Writable,
  EventTarget: () => load("events").EventTarget,
  SyntaxError: () => SyntaxError,
};

// The names of each module. "Name*" is a class, "Name*Parent" one below another, which instanceof and
// inheritance see.
const NAMES = {
  __proto__: null,
  child_process: "_forkChild ChildProcess*EventEmitter exec execFile execFileSync execSync fork spawn spawnSync",
  cluster: "Worker*EventEmitter setupPrimary setupMaster fork disconnect",
  dgram: "createSocket Socket*EventEmitter",
  dns:
    "lookup lookupService Resolver* resolve resolve4 resolve6 resolveAny resolveCaa resolveCname " +
    "resolveMx resolveNaptr resolveNs resolvePtr resolveSoa resolveSrv resolveTlsa resolveTxt reverse " +
    "setServers getServers setDefaultResultOrder",
  domain: "Domain*EventEmitter createDomain create",
  ffi:
    "DynamicLibrary* dlopen dlclose dlsym exportArrayBuffer exportArrayBufferView exportString " +
    "exportBuffer getInt8 getUint8 getInt16 getUint16 getInt32 getUint32 getInt64 getUint64 getFloat32 " +
    "getFloat64 getCurrentEventLoop getRawPointer setInt8 setUint8 setInt16 setUint16 setInt32 setUint32 " +
    "setInt64 setUint64 setFloat32 setFloat64 toString toArrayBuffer toBuffer",
  http:
    "_connectionListener Agent*EventEmitter OutgoingMessage*Stream ClientRequest*OutgoingMessage " +
    "IncomingMessage*Readable Server*EventEmitter ServerResponse*OutgoingMessage createServer get request " +
    "setMaxIdleHTTPParsers setGlobalProxyFromEnv WebSocket*EventTarget",
  http2:
    "connect createServer createSecureServer getDefaultSettings getPackedSettings getUnpackedSettings " +
    "performServerHandshake Http2ServerRequest*Readable Http2ServerResponse*Stream",
  https: "Agent*EventEmitter Server*EventEmitter createServer get request",
  inspector: "open close waitForDebugger Session*EventEmitter",
  net:
    "_createServerHandle _normalizeArgs _TransferredBoundSocket BlockList* SocketAddress* BoundSocket* " +
    "connect createConnection createServer Server*EventEmitter Socket*Duplex",
  repl: "start writer REPLServer*EventEmitter Recoverable*SyntaxError isValidSyntax",
  sea: "getAsset getRawAsset getAssetAsBlob getAssetKeys",
  sqlite: "DatabaseSync* StatementSync* Session* backup",
  tls:
    "getCiphers getCertificateCompressionAlgorithms getCACertificates setDefaultCACertificates " +
    "convertALPNProtocols checkServerIdentity createSecureContext SecureContext* TLSSocket*Duplex " +
    "Server*EventEmitter createServer connect",
  trace_events: "createTracing",
  wasi: "WASI*",
};

function notSupported(name) {
  const error = load("node/errors").coded(Error, "ERR_NOT_SUPPORTED", `${name} is not supported by Krepis yet`);
  return error;
}

/** A function that throws, as `node:net.connect is not supported by Krepis yet`. */
function missingFunction(module, name) {
  const full = `node:${module}.${name}`;
  return named(function () {
    throw notSupported(full);
  }, name);
}

/** A class that can be extended, and throws when it is constructed. */
function missingClass(module, name, parent) {
  const full = `node:${module}.${name}`;
  function missing() {
    throw notSupported(full);
  }
  if (parent !== undefined) {
    Object.setPrototypeOf(missing, parent);
    Object.setPrototypeOf(missing.prototype, parent.prototype);
  }
  return named(missing, name);
}

function named(fn, name) {
  Object.defineProperty(fn, "name", { value: name, configurable: true });
  return fn;
}

/** The exports that a module lacks, from a text as above. */
function missing(module, text) {
  const exports = {};
  for (const entry of text.split(" ")) {
    const [name, parent] = entry.split("*");
    if (parent === undefined) exports[name] = missingFunction(module, name);
    else exports[name] = missingClass(module, name, parent === "" ? undefined : exports[parent] ?? PARENTS[parent]());
  }
  return exports;
}

/** A module's exports: what it lacks, and over it what is real. */
function moduleOf(name, real) {
  return Object.assign(missing(name, NAMES[name]), real);
}

return { missing, missingClass, missingFunction, moduleOf, notSupported };
