"use strict";
// DOMException: https://webidl.spec.whatwg.org/#idl-DOMException
// A real Error (own `stack`, Error.isError, printed like one) whose name, message and code are accessors.

const { describe } = load("webidl");

const CODES = {
  INDEX_SIZE_ERR: 1,
  DOMSTRING_SIZE_ERR: 2,
  HIERARCHY_REQUEST_ERR: 3,
  WRONG_DOCUMENT_ERR: 4,
  INVALID_CHARACTER_ERR: 5,
  NO_DATA_ALLOWED_ERR: 6,
  NO_MODIFICATION_ALLOWED_ERR: 7,
  NOT_FOUND_ERR: 8,
  NOT_SUPPORTED_ERR: 9,
  INUSE_ATTRIBUTE_ERR: 10,
  INVALID_STATE_ERR: 11,
  SYNTAX_ERR: 12,
  INVALID_MODIFICATION_ERR: 13,
  NAMESPACE_ERR: 14,
  INVALID_ACCESS_ERR: 15,
  VALIDATION_ERR: 16,
  TYPE_MISMATCH_ERR: 17,
  SECURITY_ERR: 18,
  NETWORK_ERR: 19,
  ABORT_ERR: 20,
  URL_MISMATCH_ERR: 21,
  QUOTA_EXCEEDED_ERR: 22,
  TIMEOUT_ERR: 23,
  INVALID_NODE_TYPE_ERR: 24,
  DATA_CLONE_ERR: 25,
};

const codeOf = new Map([
  ["IndexSizeError", 1],
  ["HierarchyRequestError", 3],
  ["WrongDocumentError", 4],
  ["InvalidCharacterError", 5],
  ["NoModificationAllowedError", 7],
  ["NotFoundError", 8],
  ["NotSupportedError", 9],
  ["InUseAttributeError", 10],
  ["InvalidStateError", 11],
  ["SyntaxError", 12],
  ["InvalidModificationError", 13],
  ["NamespaceError", 14],
  ["InvalidAccessError", 15],
  ["TypeMismatchError", 17],
  ["SecurityError", 18],
  ["NetworkError", 19],
  ["AbortError", 20],
  ["URLMismatchError", 21],
  ["QuotaExceededError", 22],
  ["TimeoutError", 23],
  ["InvalidNodeTypeError", 24],
  ["DataCloneError", 25],
]);

/** A constructor that returns what it is given, so that a derived class can put private fields on it. */
function given(object) {
  return object;
}

// The message is kept beside the Error, not on it: V8 builds the head of `stack` from the accessors below.
class Details extends given {
  #name;
  #message;

  constructor(error, name, message) {
    super(error);
    this.#name = name;
    this.#message = message;
  }

  static has(value) {
    return #name in value;
  }

  static name(error) {
    return error.#name;
  }

  static message(error) {
    return error.#message;
  }
}

function DOMException(message = "", options = "Error") {
  if (new.target === undefined) throw new TypeError("Class constructor DOMException cannot be invoked without 'new'");
  message = `${message}`;
  const error = Reflect.construct(Error, [], new.target);
  if (options !== null && typeof options === "object") {
    // As in Node: the second argument may be { name, cause }.
    const { name } = options;
    new Details(error, name === undefined ? "Error" : `${name}`, message);
    if ("cause" in options) {
      Object.defineProperty(error, "cause", { value: options.cause, configurable: true, writable: true });
    }
  } else {
    new Details(error, `${options}`, message);
  }
  return error;
}

const shape = {
  get name() {
    return Details.name(this);
  },
  get message() {
    return Details.message(this);
  },
  get code() {
    return codeOf.get(Details.name(this)) ?? 0;
  },
};

const prototype = Object.create(Error.prototype, {
  constructor: { value: DOMException, configurable: true, writable: true },
});
Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(shape));
Object.defineProperty(DOMException, "prototype", { value: prototype, writable: false });
Object.defineProperty(DOMException, "length", { value: 0, configurable: true });
describe(DOMException, { constants: CODES, platform: false });

function isDOMException(value) {
  return value !== null && typeof value === "object" && Details.has(value);
}

return { DOMException, isDOMException };
