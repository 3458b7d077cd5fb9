// krepis:mycelia, the kernel.

import { Kernel } from "krepis:mycelia";

import { BODIES, CHUNK, IDS, answer, consume, creations, expect, messages, questions, queued } from "./messages.mjs";

const ADDRESS = "orders://7/rename";
const ADDRESSES = IDS.map((id) => `orders://${id}/rename`);

function kernel() {
  const kernel = new Kernel();
  kernel.subsystem("orders", { capacity: 1_000_000 });
  kernel.on("orders://{id}/rename", (message) => consume(message.params.id, message.body));
  kernel.on("orders://{id}/number", (message) => (message.params.id === "7" ? answer(message.body) : undefined));
  return { kernel, idle: () => kernel.idle() };
}

/** As often to one order: the ids that are read. */
const SAME = new Array(CHUNK).fill("7");

function sendTo(kernel) {
  return (count) => {
    for (let i = 0; i < count; i++) kernel.send(ADDRESS, BODIES[i]);
  };
}

export const figures = {
  send() {
    const { kernel: kernel_, idle } = kernel();
    return messages(sendTo(kernel_), idle, SAME);
  },
  "send-addresses"() {
    const { kernel: kernel_, idle } = kernel();
    return messages((count) => {
      for (let i = 0; i < count; i++) kernel_.send(ADDRESSES[i], BODIES[i]);
    }, idle);
  },
  "send-batch"() {
    const { kernel: kernel_, idle } = kernel();
    const send = (count) => {
      const bodies = count === CHUNK ? BODIES : BODIES.slice(0, count);
      expect(kernel_.sendBatch(ADDRESS, bodies), count, "messages accepted");
    };
    return messages(send, idle, SAME);
  },
  "send-sequence"() {
    const { kernel: kernel_, idle } = kernel();
    const all = ADDRESSES.map((address, i) => [address, BODIES[i]]);
    return messages((count) => kernel_.sendSequence(count === CHUNK ? all : all.slice(0, count)), idle);
  },
  create() {
    const { kernel: kernel_, idle } = kernel();
    const target = kernel_.target(ADDRESS);
    const send = (count) => {
      for (let i = 0; i < count; i++) target.send(BODIES[i]);
    };
    return creations(send, idle);
  },
  "create-address"() {
    const { kernel: kernel_, idle } = kernel();
    return creations(sendTo(kernel_), idle);
  },
  ask() {
    const { kernel: kernel_ } = kernel();
    return questions((number) => kernel_.ask("orders://7/number", BODIES[number]));
  },
  queued({ requests }) {
    const { kernel: kernel_, idle } = kernel();
    const fill = (count) => {
      for (let i = 0; i < count; i++) kernel_.send(ADDRESS, BODIES[0]);
    };
    return queued(fill, idle, requests);
  },
};
