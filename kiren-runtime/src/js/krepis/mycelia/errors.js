"use strict";
// What can go wrong with messages. Senders are told at once, askers in place of the reply, everyone else by a dead letter.

class KernelError extends Error {
  constructor(code, message, details) {
    super(message, details?.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details?.accepted !== undefined) this.accepted = details.accepted;
    if (details?.rest !== undefined) this.rest = details.rest;
    if (details?.reason !== undefined) this.reason = details.reason;
  }

  get name() {
    return "KernelError";
  }
}

const full = ({ name, capacity }) =>
  new KernelError("ERR_QUEUE_FULL", `the queue of subsystem "${name}" is full: ${capacity} messages are waiting`);

const tooPatient = ({ name, capacity }) =>
  new KernelError("ERR_QUEUE_FULL", `the queue of subsystem "${name}" is full, and ${capacity} senders wait for room already`);

const stopped = ({ name }) =>
  new KernelError("ERR_SUBSYSTEM_STOPPED", `subsystem "${name}" is stopped: restart() starts it again`);

const closed = () =>
  new KernelError("ERR_KERNEL_CLOSED", "the kernel is shut down, or about to be: it takes no new messages");

const MOST_SHOWN = 6;

/** `known` are the patterns of the subsystem that was meant. */
function noHandler(address, known) {
  const hint = known.length === 0 ? "its subsystem has none" : `its subsystem handles ${some(known)}`;
  return new KernelError("ERR_NO_HANDLER", `no handler for "${address}": ${hint}`);
}

/** `known` are the names of all subsystems. */
function noSubsystem(address, name, known) {
  const hint = known.length === 0 ? "and no other" : `the kernel has ${some(known)}`;
  return new KernelError("ERR_NO_HANDLER", `no handler for "${address}": there is no subsystem "${name}", ${hint}`);
}

const noSubscriber = (topic, pattern) =>
  new KernelError("ERR_NO_HANDLER", `no subscriber for "${topic}": the one to ${pattern} has left`);

function some(names) {
  const shown = names.slice(0, MOST_SHOWN).join(", ");
  return names.length > MOST_SHOWN ? `${shown} and ${names.length - MOST_SHOWN} more` : shown;
}

const noAddress = (address) =>
  new KernelError("ERR_ADDRESS", `${typeof address === "string" ? `"${address}"` : typeof address} is no address: expected "subsystem://route"`);

const timedOut = (address, timeout) =>
  new KernelError("ERR_ASK_TIMEOUT", `no answer from "${address}" within ${timeout} ms`);

const lost = (address, reason, cause) =>
  new KernelError("ERR_MESSAGE_LOST", `the question to "${address}" was not answered: ${reason}`, { reason, cause });

const released = () =>
  new KernelError("ERR_MESSAGE_RELEASED", "the message is over: read what is needed of it before its handler ends");

return { KernelError, closed, full, lost, noAddress, noHandler, noSubscriber, noSubsystem, released, stopped, timedOut, tooPatient };
