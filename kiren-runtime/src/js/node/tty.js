"use strict";
// node:tty: whether a descriptor is a terminal. The terminals themselves are process.stdin, stdout and stderr.

function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 0x7fffffff && native("os").is_terminal(fd);
}

return { isatty };
