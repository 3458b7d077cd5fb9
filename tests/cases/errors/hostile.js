// An error whose text cannot be had ends the program with code 1 all the same.
throw {
  get stack() { throw new Error("in stack"); },
  toString() { throw new Error("in toString"); },
  get [Symbol.toStringTag]() { throw new Error("in tag"); },
};
