// Checked by `cargo xtask types`: what must compile, and, under @ts-expect-error, what must not.

const timer: Timeout = setTimeout((name: string, count: number) => console.log(name, count), 10, "a", 1);
timer.unref().refresh();
clearTimeout(timer);
// @ts-expect-error: the callback wants a number
setTimeout((count: number) => count, 10, "a");

const url = new URL("/path?q=1", "http://localhost");
const query: string | null = url.searchParams.get("q");
for (const [name, value] of url.searchParams) name.concat(value);
// @ts-expect-error: origin cannot be set
url.origin = "x";

const controller = new AbortController();
controller.signal.addEventListener("abort", () => {}, { once: true });
const either: AbortSignal = AbortSignal.any([controller.signal, AbortSignal.timeout(100)]);

const response: Response = await fetch(url, { method: "POST", body: JSON.stringify({ query }), signal: either });
const { answer } = (await response.json()) as { answer: number };
answer.toFixed();
for (const [name, value] of response.headers) name.concat(value);
// @ts-expect-error: a number is no body
await fetch(url, { body: 1 });

const lines = response.body?.pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream());
if (lines !== undefined) for await (const line of lines) line.trim();
const bytes: Uint8Array = new TextEncoder().encode("text");
const stream = new ReadableStream<string>({ start: (controller) => controller.enqueue("a") });
new Response(stream);
const form = new FormData();
form.set("file", new File([bytes.slice()], "name.txt", { type: "text/plain" }));

const copy: { at: Date } = structuredClone({ at: new Date() });
copy.at.getTime();
crypto.getRandomValues(new Uint32Array(4));
const id: string = crypto.randomUUID();
// @ts-expect-error: floats cannot be filled
crypto.getRandomValues(new Float64Array(4));

performance.measure("work", { start: performance.now(), detail: { id } });
addEventListener("unhandledrejection", (event) => event.preventDefault());
dispatchEvent(new CustomEvent("ready", { detail: 1 }));

process.on("SIGTERM", (signal) => process.exit(signal === "SIGTERM" ? 0 : 1));
const [, , first]: (string | undefined)[] = process.argv;
const elapsed: bigint = process.hrtime.bigint();
process.exitCode = Number(elapsed % 2n) + (first?.length ?? 0);
process.stdout.write(`${process.env["HOME"] ?? ""} ${process.memoryUsage().rss}\n`);

const { instance } = await WebAssembly.instantiate(bytes.slice());
(instance.exports["main"] as () => void)();

const folder: string = import.meta.dirname;
const resolved: string = import.meta.resolve("./globals.ts");
if (import.meta.main) queueMicrotask(() => console.table([{ folder, resolved }]));
