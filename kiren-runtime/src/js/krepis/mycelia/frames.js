"use strict";
// What a message carries of its sender's work: js/frame.js has what frames are.

const { inFrame } = load("frame");

let current;

/** Why the request of a frame is over, if it is: then nothing more is to be done for it. */
function causeOfFrame(frame) {
  if (frame.context === undefined) return undefined;
  current ??= load("krepis/context/served").currentIfAny;
  return inFrame(frame, current, undefined, [])?.cause;
}

return { causeOfFrame };
