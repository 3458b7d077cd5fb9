"use strict";
// What looks at messages around their handlers: { before(message), after(message, reply), error(message, error) }. The first of
// several is the outermost; each of their methods can be async. What `after` and `error` return is the reply; where that is
// undefined, the reply, or the failure, stays what it was.

const METHODS = ["before", "after", "error"];

function isLater(value) {
  return typeof value === "object" && value !== null && typeof value.then === "function";
}

/** `next(value)`, now if the value is there now. */
function then(value, next) {
  return isLater(value) ? value.then(next) : next(value);
}

/** Calls a handler with interceptors around it. */
function intercepted(interceptors, message, handler) {
  return around(interceptors, 0, message, handler);
}

function around(interceptors, at, message, handler) {
  if (at === interceptors.length) return handler(message);
  const interceptor = interceptors[at];
  const failed = (error) => {
    return then(interceptor.error?.(message, error), (reply) => {
      if (reply === undefined) throw error;
      return reply;
    });
  };
  const inner = () => then(interceptor.before?.(message), () => around(interceptors, at + 1, message, handler));
  const succeeded = (reply) => then(interceptor.after?.(message, reply), (other) => (other === undefined ? reply : other));
  let reply;
  try {
    reply = inner();
  } catch (error) {
    return failed(error);
  }
  if (isLater(reply)) return reply.then(succeeded, failed);
  return succeeded(reply);
}

function checkInterceptor(interceptor) {
  const has = METHODS.filter((name) => interceptor?.[name] !== undefined);
  if (has.length > 0 && has.every((name) => typeof interceptor[name] === "function")) return;
  const error = new TypeError("interceptor: expected an object with at least one of the methods before, after and error");
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
}

return { checkInterceptor, intercepted };
