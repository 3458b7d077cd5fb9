"use strict";
// The error of the container. Every one has a `code`; those of a graph that breaks the rules have `problems` as well.

class ServiceError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}

Object.defineProperty(ServiceError.prototype, "name", {
  value: "ServiceError",
  writable: true,
  configurable: true,
});

/** One error is itself, several are an AggregateError, in the order in which they happened. */
function together(errors, what) {
  return errors.length === 1
    ? errors[0]
    : new AggregateError(errors, `${errors.length} errors while ${what}`);
}

return { ServiceError, together };
