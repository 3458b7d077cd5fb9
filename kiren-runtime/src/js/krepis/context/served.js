"use strict";
// What the HTTP server, fetch and native services ask of contexts.

const { Context, slotAndGeneration } = load("krepis/context/context");
const engine = native("context");

/** A context of what the headers of a request to the server say; undefined if the request is over. */
function contextOfRequest(slot, generation) {
  const context = Context.create();
  try {
    if (engine.extract_request(...slotAndGeneration(context), slot, generation)) return context;
  } catch (error) {
    context.dispose();
    throw error;
  }
  context.dispose();
  return undefined;
}

/** The current context; undefined also where all contexts are in use: what did not ask for one must not fail for want of it. */
function currentIfAny() {
  try {
    return Context.current();
  } catch (error) {
    if (error.code === "ERR_CONTEXT_EXHAUSTED") return undefined;
    throw error;
  }
}

/** `[name, value, ...]` for a request that the running code makes: they continue a trace, but begin none. */
function headersOfCurrent() {
  const context = currentIfAny();
  return context === undefined ? [] : engine.inject_below(...slotAndGeneration(context));
}

/** `[slot, generation]` of the current context, for a call into Rust; undefined where there is none. */
function nameOfCurrent() {
  const context = currentIfAny();
  return context === undefined ? undefined : slotAndGeneration(context);
}

return { contextOfRequest, currentIfAny, headersOfCurrent, nameOfCurrent };
