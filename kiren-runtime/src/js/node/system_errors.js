"use strict";
// Errors of the operating system: their names and texts by number, and the exceptions made of them.
//
// Native functions answer a call that was refused with the negative number of the error.

let table;

// Map of negative number to [name, text].
function errorTable() {
  if (table !== undefined) return table;
  const list = native("os").errors();
  table = new Map();
  for (let i = 0; i < list.length; i += 3) table.set(-list[i + 1], [list[i], list[i + 2]]);
  return table;
}

function errorName(number) {
  return errorTable().get(number)?.[0] ?? `Unknown system error ${number}`;
}

function errorText(number) {
  return errorTable().get(number)?.[1] ?? `Unknown system error ${number}`;
}

// "ENOENT: no such file or directory, open 'x'", with what it is about in properties.
function uvException(number, syscall, path, dest) {
  const code = errorName(number);
  let message = `${code}: ${errorText(number)}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const error = new Error(message);
  error.errno = number;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

// A SystemError: what failed is in `info` too.
function throwSystemError(number, syscall) {
  const code = errorName(number);
  const error = new Error(`A system error occurred: ${syscall} returned ${code} (${errorText(number)})`);
  Object.defineProperty(error, "name", { value: "SystemError", writable: true, configurable: true });
  error.code = "ERR_SYSTEM_ERROR";
  error.info = { errno: number, code, message: errorText(number), syscall };
  error.errno = number;
  error.syscall = syscall;
  throw error;
}

return { errorName, errorTable, errorText, throwSystemError, uvException };
