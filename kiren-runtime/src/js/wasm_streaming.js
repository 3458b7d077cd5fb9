"use strict";
// WebAssembly.compileStreaming and instantiateStreaming: the bytes of a Response go to V8 as they arrive.
// https://webassembly.github.io/spec/web-api/#streaming-modules

async function feed(source, id) {
  const { wasm_push, wasm_finish, wasm_abort } = native("wasm");
  try {
    const response = await source;
    const { isResponse } = load("response");
    if (!isResponse(response)) throw new TypeError("WebAssembly: expected a Response or a promise of one");
    const type = (response.headers.get("content-type") ?? "").trim().toLowerCase();
    if (type !== "application/wasm") {
      throw new TypeError(`WebAssembly: expected the content type application/wasm, found ${JSON.stringify(type)}`);
    }
    if (!response.ok) throw new TypeError(`WebAssembly: the response has status ${response.status}`);
    if (response.body !== null) for await (const chunk of response.body) wasm_push(id, chunk);
    wasm_finish(id);
  } catch (error) {
    wasm_abort(id, error);
  }
}

return { feed };
