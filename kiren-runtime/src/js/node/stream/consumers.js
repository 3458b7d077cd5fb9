"use strict";
// node:stream/consumers: everything that a stream gives, as one value.

const { decode } = load("encoding");

async function bytes(stream) {
  const { Buffer } = load("node/buffer/class");
  const chunks = [];
  for await (const chunk of stream) {
    if (typeof chunk === "string") chunks.push(Buffer.from(chunk));
    else if (ArrayBuffer.isView(chunk)) chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    else chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

async function text(stream) {
  return decode(await bytes(stream));
}

async function json(stream) {
  return JSON.parse(await text(stream));
}

async function arrayBuffer(stream) {
  const buffer = await bytes(stream);
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

async function blob(stream) {
  const { Blob } = load("blob");
  return new Blob([await bytes(stream)]);
}

return { arrayBuffer, blob, buffer: bytes, bytes: async (stream) => new Uint8Array(await arrayBuffer(stream)), json, text };
