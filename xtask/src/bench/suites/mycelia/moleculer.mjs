// Moleculer, on one node: what it can leave out is left out.

import { ServiceBroker } from "moleculer";

import { BODIES, IDS, answer, consume, messages, questions, queued } from "./messages.mjs";

// Its calls and events have one object for everything.
const PARAMS = BODIES.map((body, i) => ({ id: IDS[i], ...body }));

async function broker(release) {
  const broker = new ServiceBroker({
    logger: false,
    metrics: false,
    tracing: false,
    cacher: false,
    validator: false,
    internalServices: false,
  });
  broker.createService({
    name: "orders",
    actions: {
      number: ({ params }) => answer(params),
      wait: () => release,
    },
    events: {
      "orders.rename": ({ params }) => consume(params.id, params),
    },
  });
  await broker.start();
  return broker;
}

export const figures = {
  async send() {
    const broker_ = await broker();
    let last;
    const send = (count) => {
      for (let i = 0; i < count; i++) last = broker_.emit("orders.rename", PARAMS[i]);
    };
    return messages(send, () => last);
  },
  async ask() {
    const broker_ = await broker();
    return questions((number) => broker_.call("orders.number", PARAMS[number]));
  },
  async queued({ requests }) {
    let release;
    const broker_ = await broker(new Promise((resolve) => (release = resolve)));
    const fill = (count) => Array.from({ length: count }, () => broker_.call("orders.wait", PARAMS[0]));
    const empty = (calls) => {
      release();
      return Promise.all(calls);
    };
    return queued(fill, empty, requests);
  },
};
