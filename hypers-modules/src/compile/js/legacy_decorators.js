// What oxc's transform of legacy (experimentalDecorators) decorators calls, under the names that it calls.
const babelHelpers = {
  decorate(decorators, target, key, descriptor) {
    const count = arguments.length;
    let result = count < 3 ? target : descriptor === null ? Object.getOwnPropertyDescriptor(target, key) : descriptor;
    for (let i = decorators.length - 1; i >= 0; i--) {
      const decorator = decorators[i];
      if (count < 3) result = decorator(result) || result;
      else if (count > 3) result = decorator(target, key, result) || result;
      else result = decorator(target, key) || result;
    }
    if (count > 3 && result) Object.defineProperty(target, key, result);
    return result;
  },
  decorateParam: (index, decorator) => (target, key) => decorator(target, key, index),
  decorateMetadata(key, value) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(key, value);
  },
  defineProperty(target, key, value) {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    return target;
  },
};
