// Standard decorators (tc39/proposal-decorators, 2023-11). `decorators.rs` makes every decorated class call this: `at`
// and `hidden` note an element's decorators as its key is evaluated, `apply` runs them once the class exists, `start`,
// `init` and `after` run what they left for each instance (or for the static side), `finish` ends the class.
const __decorators = (classDecorators) => {
  const METADATA = Symbol.metadata ?? Symbol.for("Symbol.metadata");
  const STATIC = 1, PRIVATE = 2;
  const SLOTS = { method: "value", getter: "get", setter: "set" };
  const elements = [], keys = [], values = [], inits = [], extras = [];
  const onInstance = [], onStatic = [], onClass = [];

  const callable = (value, what) => {
    if (typeof value !== "function") throw new TypeError(`${what} must be a function, got ${typeof value}`);
    return value;
  };
  const run = (list, self) => {
    for (let i = 0; i < list.length; i++) list[i].call(self);
  };
  const decorate = (decorators, value, context, extra, accept) => {
    for (let i = decorators.length - 1; i >= 0; i--) {
      let done = false;
      const given = { ...context };
      if (context.access) given.access = { ...context.access };
      given.addInitializer = (initializer) => {
        if (done) throw new TypeError("Cannot add initializers after decoration has completed");
        extra.push(callable(initializer, "An initializer"));
      };
      const result = callable(decorators[i], "A decorator")(value(), given);
      done = true;
      if (result !== undefined) accept(result);
    }
  };
  const publicAccess = (kind, key) => {
    const access = { has: (object) => key in object };
    if (kind !== "setter") access.get = (object) => object[key];
    if (kind !== "method" && kind !== "getter") access.set = (object, value) => { object[key] = value; };
    return access;
  };
  const decorateElement = (self, metadata, { index, kind, flags, key, decorators, access, value }) => {
    const isStatic = (flags & STATIC) !== 0, isPrivate = (flags & PRIVATE) !== 0;
    const target = isStatic ? self : self.prototype;
    const context = { kind, name: key, static: isStatic, private: isPrivate, access: access ?? publicAccess(kind, key), metadata };
    const init = inits[index] = [], extra = extras[index] = [];
    if (kind === "field") {
      decorate(decorators, () => undefined, context, extra, (result) => init.unshift(callable(result, "The result of a field decorator")));
      return;
    }
    const descriptor = isPrivate ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (kind === "accessor") {
      const pair = isPrivate ? value : { get: descriptor.get, set: descriptor.set };
      decorate(decorators, () => ({ get: pair.get, set: pair.set }), context, extra, (result) => {
        if (typeof result !== "object" || result === null) throw new TypeError("The result of an accessor decorator must be an object");
        if (result.get !== undefined) pair.get = callable(result.get, "get");
        if (result.set !== undefined) pair.set = callable(result.set, "set");
        if (result.init !== undefined) init.unshift(callable(result.init, "init"));
      });
      if (isPrivate) values[index] = pair;
      else Object.defineProperty(target, key, { ...descriptor, get: pair.get, set: pair.set });
      return;
    }
    const slot = SLOTS[kind];
    let current = isPrivate ? value : descriptor[slot];
    if (isPrivate) Object.defineProperty(current, "name", { value: key, configurable: true });
    decorate(decorators, () => current, context, isStatic ? onStatic : onInstance, (result) => {
      current = callable(result, `The result of a ${kind} decorator`);
    });
    if (isPrivate) values[index] = current;
    else Object.defineProperty(target, key, { ...descriptor, [slot]: current });
  };

  return {
    keys,
    values,
    key(index, key) {
      return keys[index] = typeof key === "symbol" ? key : `${key}`;
    },
    at(index, kind, flags, key, decorators) {
      key = this.key(index, key);
      elements.push({ index, kind, flags, key, decorators });
      return key;
    },
    hidden(index, kind, flags, key, decorators, access, value) {
      elements.push({ index, kind, flags, key, decorators, access, value });
    },
    apply(self, name) {
      if (name !== undefined && Object.getOwnPropertyDescriptor(self, "name")?.value === "") {
        Object.defineProperty(self, "name", { value: name, configurable: true });
      }
      const metadata = Object.create(Object.getPrototypeOf(self)?.[METADATA] ?? null);
      const isField = (element) => element.kind === "field";
      const isStatic = (element) => (element.flags & STATIC) !== 0;
      elements.sort((a, b) => a.index - b.index);
      for (const fields of [false, true]) {
        for (const statics of [true, false]) {
          for (const element of elements) {
            if (isField(element) === fields && isStatic(element) === statics) decorateElement(self, metadata, element);
          }
        }
      }
      let result = self;
      if (classDecorators !== undefined) {
        const context = { kind: "class", name: self.name, metadata };
        decorate(classDecorators, () => result, context, onClass, (replaced) => {
          result = callable(replaced, "The result of a class decorator");
        });
      }
      Object.defineProperty(result, METADATA, { value: metadata, enumerable: true, configurable: true, writable: true });
      run(onStatic, result);
      return result;
    },
    start(self) {
      run(onInstance, self);
    },
    init(index, self, value) {
      const list = inits[index];
      for (let i = 0; i < list.length; i++) value = list[i].call(self, value);
      return value;
    },
    after(index, self) {
      run(extras[index], self);
    },
    finish(self) {
      run(onClass, self);
    },
  };
};
