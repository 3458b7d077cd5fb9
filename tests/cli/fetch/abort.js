// A signal ends a fetch before it starts, while it waits, while it sends and while its body is read.
const origin = process.argv[2];

const failure = (promise) => promise.then(() => "no error", (error) => error);
const later = (run) => setTimeout(run, 20);

console.log(await failure(fetch(`${origin}/echo`, { signal: AbortSignal.abort("before") })));

{
  const controller = new AbortController();
  const waiting = fetch(`${origin}/hang`, { signal: controller.signal });
  later(() => controller.abort());
  const error = await failure(waiting);
  console.log(error.name, error.message, error === controller.signal.reason);
}
{
  const error = await failure(fetch(new Request(`${origin}/hang`, { signal: AbortSignal.timeout(20) })));
  console.log(error.name);
}
{
  const controller = new AbortController();
  const response = await fetch(`${origin}/hang-in-body`, { signal: controller.signal });
  const text = response.text();
  later(() => controller.abort("in text()"));
  console.log(await failure(text));
}
{
  const controller = new AbortController();
  const response = await fetch(`${origin}/hang-in-body`, { signal: controller.signal });
  const reader = response.body.getReader();
  console.log(new TextDecoder().decode((await reader.read()).value));
  later(() => controller.abort("in a stream"));
  console.log(await failure(reader.read()), await failure(reader.closed));
}
{
  const controller = new AbortController();
  const response = await fetch(`${origin}/hang-in-body`, { signal: controller.signal });
  controller.abort("between the head and the body");
  console.log(await failure(response.text()));
}
{
  const controller = new AbortController();
  let reason;
  const body = new ReadableStream({
    async pull(stream) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      stream.enqueue(new Uint8Array(10));
    },
    cancel(why) {
      reason = why;
    },
  });
  later(() => controller.abort("while sending"));
  const init = { method: "POST", body, duplex: "half", signal: controller.signal };
  console.log(await failure(fetch(`${origin}/echo`, init)), reason);
}
{
  // After the end a signal changes nothing.
  const controller = new AbortController();
  const response = await fetch(`${origin}/echo`, { signal: controller.signal });
  const { target } = await response.json();
  controller.abort();
  console.log(target, response.ok);
}
const response = await fetch(`${origin}/hang-in-body`);
await response.body.cancel("not needed");
console.log((await response.text().catch((error) => `${error}`)));
