"use strict";
// Services of the program that embeds the runtime (src/services): part of every container, each asked for by the token
// that `native(name)` returns. What a program is given is a handle to an instance of Rust, which lives as long as the
// scope that it was got from.

const { ServiceError } = load("krepis/di/errors");
const { dependenciesOf } = load("krepis/di/dependencies");
const { FACTORY, NOTHING, Registration, SCOPED, SINGLETON, TRANSIENT } = load("krepis/di/registrations");
const { NO_DEFAULT, Token, shown } = load("krepis/di/tokens");

/** Tokens and registrations by name; null until a program needs them. */
let known = null;

function all() {
  if (known !== null) return known;
  known = { tokens: new Map(), registrations: [] };
  const services = native("services").list();
  if (services.length > 0) describe(services);
  return known;
}

/** The token of a native service. */
function nativeToken(name) {
  const { tokens } = all();
  const token = tokens.get(name);
  if (token !== undefined) return token;
  const names = [...tokens.keys()];
  const there = names.length === 0 ? "the runtime was started without native services" : `there are ${names.join(", ")}`;
  throw new ServiceError("ERR_DI_MISSING", `native(): no native service ${shown(name)}: ${there}`);
}

/** What every container holds from the start. */
function nativeRegistrations() {
  return [...all().registrations];
}

function describe(services) {
  const natives = native("services");
  const root = new Token("native container", NO_DEFAULT);
  const scope = new Token("native scope", NO_DEFAULT);
  known.registrations.push(
    registration(root, NOTHING, () => natives.root(), SINGLETON, "native"),
    registration(scope, NOTHING, () => new NativeScope(natives), SCOPED, "native"),
  );
  services.forEach((service, index) => {
    const token = new Token(service.name, NO_DEFAULT);
    const Handle = handleClass(natives, service, index);
    const inScope = service.lifetime === SCOPED || service.needsScope;
    const wire = dependenciesOf([inScope ? scope : root], service.name);
    const own = (owner) => inScope ? owner.handle : owner;
    const isTransient = service.lifetime === TRANSIENT;
    const make = (owner) => {
      if (isTransient) return new Handle(natives.make_transient(index, own(owner)));
      natives.make(index, own(owner));
      return new Handle(own(owner));
    };
    const makeAsync = async (owner) => {
      if (isTransient) return new Handle(await natives.make_transient_async(index, own(owner)));
      await natives.make_async(index, own(owner));
      return new Handle(own(owner));
    };
    const note = `native, ${service.origin}`;
    const one = registration(token, wire, service.async ? makeAsync : make, service.lifetime, note, service.async);
    if (isTransient) one.options = { dispose: (instance) => natives.release(Handle.handleOf(instance)) };
    known.tokens.set(service.name, token);
    known.registrations.push(one);
  });
}

/** The current context, for the call into Rust: see krepis/context. */
function current() {
  if (load.loaded("frame")?.current()?.context === undefined) return undefined;
  return load("krepis/context/context").nameOfCurrent();
}

function registration(token, dependencies, make, lifetime, note, isAsync = false) {
  const made = new Registration(token, undefined, FACTORY, make, dependencies, lifetime, isAsync);
  made.note = note;
  return made;
}

/** A scope of Rust that ends with the scope of JavaScript in which it was made. */
class NativeScope {
  #natives;
  handle;

  constructor(natives) {
    this.#natives = natives;
    this.handle = natives.open();
  }

  [Symbol.dispose]() {
    this.#natives.close(this.handle);
  }

  [Symbol.asyncDispose]() {
    return this.#natives.close_async(this.handle);
  }
}

/** The class of a native service's handles, with its methods and getters. */
function handleClass(natives, { name, members }, index) {
  class Handle {
    #handle;

    constructor(handle) {
      this.#handle = handle;
    }

    static handleOf(instance) {
      if (typeof instance === "object" && instance !== null && #handle in instance) return instance.#handle;
      throw new TypeError(`this is not the native service ${name}`);
    }
  }
  const { handleOf } = Handle;
  members.forEach(([member, isGetter], at) => {
    const call = { [member](...values) { return natives.call(index, handleOf(this), at, current(), ...values); } }[member];
    const get = { get [member]() { return natives.call(index, handleOf(this), at, current()); } };
    const descriptor = isGetter
      ? { get: Object.getOwnPropertyDescriptor(get, member).get, enumerable: true, configurable: true }
      : { value: call, writable: true, enumerable: false, configurable: true };
    Object.defineProperty(Handle.prototype, member, descriptor);
  });
  Object.defineProperty(Handle, "name", { value: name });
  Object.defineProperty(Handle.prototype, Symbol.toStringTag, { value: name, configurable: true });
  return Handle;
}

return { native: nativeToken, nativeRegistrations };
