"use strict";
// Signals as events of `process`, and process.kill. A listener replaces what the signal does by default; the
// last one's removal restores it. Signal listeners keep no program alive.

const { coded, invalidArgType, systemError } = load("node/errors");

const host = native("signals");
const numbers = host.numbers();
const nameOf = { __proto__: null };
for (const [name, number] of Object.entries(numbers)) nameOf[number] ??= name;
nameOf[numbers.SIGABRT] = "SIGABRT";

// By the names of those that somebody listens to: the frame in which the first listener was added.
const watched = new Map();

function listenersChanged(process, name, count) {
  const number = numbers[name];
  if (number === undefined) return;
  if (count > 0 && !watched.has(name)) {
    const failure = host.watch(number);
    if (failure !== undefined) {
      process.removeAllListeners(name);
      throw systemError("uv_signal_start", failure);
    }
    watched.set(name, load.loaded("frame")?.current());
  } else if (count === 0 && watched.delete(name)) {
    host.unwatch(number);
  }
}

function emitSignal(process, number) {
  const name = nameOf[number];
  const frames = load.loaded("frame");
  if (frames === undefined) process.emit(name, name, number);
  else frames.inFrame(watched.get(name), process.emit, process, [name, name, number]);
}

function kill(pid, signal) {
  // "12" is a process id too.
  if (typeof pid !== "number" || pid !== (pid | 0)) {
    const number = Number(pid);
    if (typeof pid !== "string" || pid === "" || number !== (number | 0)) {
      throw invalidArgType("pid", "of type number", pid);
    }
    pid = number;
  }
  const number = signalNumber(signal);
  const failure = native("process").kill(pid, number);
  if (failure !== undefined) throw systemError("kill", failure);
  return true;
}

function signalNumber(signal) {
  if (signal === undefined || signal === null) return numbers.SIGTERM;
  if (typeof signal === "number") {
    if (signal !== 0 && nameOf[signal] === undefined) {
      throw systemError("kill", { errno: 22, code: "EINVAL" });
    }
    return signal;
  }
  const number = Object.hasOwn(numbers, signal) ? numbers[signal] : undefined;
  if (number === undefined) throw coded(TypeError, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${String(signal)}`);
  return number;
}

return { emitSignal, kill, listenersChanged, numbers };
