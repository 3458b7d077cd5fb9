"use strict";
return { process: {}, emitExit() {}, emitBeforeExit() {}, emitUncaught() { return false; }, emitRejection() { return false; }, emitRejectionHandled() {} };
