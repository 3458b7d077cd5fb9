// What Krepis offers to programs, for TypeScript. `krepis types` prints this file, `krepis init` puts it into a project.
//
// It stands on its own: compile with "lib": ["esnext"] and without "dom", which declares the same names for browsers.

// ---------------------------------------------------------------------------------------------------------------------
// Console

/** Options of `console.dir`. */
interface ConsoleInspectOptions {
  /** How many levels of nested objects are shown; `null` or `Infinity` for all. 2 by default. */
  depth?: number | null;
  /** Colours the output with ANSI escapes. */
  colors?: boolean;
  /** Shows non-enumerable properties and symbols too. */
  showHidden?: boolean;
}

interface Console {
  /** Prints to standard output. `%s %d %i %f %j %o %O %c %%` in the first argument are filled in by the others. */
  log(...data: unknown[]): void;
  /** The same as `log`. */
  info(...data: unknown[]): void;
  /** The same as `log`. */
  debug(...data: unknown[]): void;
  /** Prints to standard error. */
  error(...data: unknown[]): void;
  /** Prints to standard error. */
  warn(...data: unknown[]): void;
  /** Prints to standard error with a stack trace. */
  trace(...data: unknown[]): void;
  /** Prints the data to standard error when `condition` is false. */
  assert(condition?: boolean, ...data: unknown[]): void;
  /** Prints an object with options of its own. */
  dir(item?: unknown, options?: ConsoleInspectOptions): void;
  dirxml(...data: unknown[]): void;
  /** Prints rows, or an object's properties, as a table; `properties` chooses columns. */
  table(data?: unknown, properties?: readonly string[]): void;
  /** Prints the data and indents what follows. */
  group(...data: unknown[]): void;
  groupCollapsed(...data: unknown[]): void;
  groupEnd(): void;
  /** Prints how often it was called with this label. */
  count(label?: string): void;
  countReset(label?: string): void;
  /** Starts a timer that `timeLog` and `timeEnd` print. */
  time(label?: string): void;
  timeLog(label?: string, ...data: unknown[]): void;
  timeEnd(label?: string): void;
  /** Clears the terminal, if there is one. */
  clear(): void;
}
declare var console: Console;

// ---------------------------------------------------------------------------------------------------------------------
// Timers and tasks

/** What `setTimeout` and `setInterval` return. It converts to a number that the clear functions take too. */
interface Timeout extends Disposable {
  /** Keeps the program alive until the timer has run, as it is by default. */
  ref(): this;
  /** Lets the program end before the timer has run. */
  unref(): this;
  hasRef(): boolean;
  /** Starts its delay again. */
  refresh(): this;
  /** The same as `clearTimeout`. */
  close(): this;
  [Symbol.toPrimitive](): number;
}

/** What `setImmediate` returns. */
interface Immediate extends Disposable {
  ref(): this;
  unref(): this;
  hasRef(): boolean;
}

/** Calls `callback` once, after `delay` milliseconds. */
declare function setTimeout<A extends unknown[]>(callback: (...args: A) => void, delay?: number, ...args: A): Timeout;
/** For `resolve` of a promise. */
declare function setTimeout(callback: (_: void) => void, delay?: number): Timeout;
/** Calls `callback` every `delay` milliseconds. */
declare function setInterval<A extends unknown[]>(callback: (...args: A) => void, delay?: number, ...args: A): Timeout;
/** Calls `callback` once, in the next turn of the event loop. */
declare function setImmediate<A extends unknown[]>(callback: (...args: A) => void, ...args: A): Immediate;
declare function setImmediate(callback: (_: void) => void): Immediate;
declare function clearTimeout(timeout?: Timeout | number | string | null): void;
declare function clearInterval(timeout?: Timeout | number | string | null): void;
declare function clearImmediate(immediate?: Immediate | null): void;
/** Calls `callback` once the JavaScript that runs now has returned. */
declare function queueMicrotask(callback: () => void): void;
/** Treats `error` as one that nobody caught. */
declare function reportError(error: unknown): void;

interface StructuredSerializeOptions {
  transfer?: readonly Transferable[];
}
type Transferable = ArrayBuffer | MessagePort | ReadableStream | WritableStream | TransformStream;
/** A deep copy; what is transferred moves instead. */
declare function structuredClone<T>(value: T, options?: StructuredSerializeOptions): T;

// ---------------------------------------------------------------------------------------------------------------------
// Errors and events

interface ErrorConstructor {
  /** Sets `target.stack`, without the frames above `constructorOpt`. */
  captureStackTrace(target: object, constructorOpt?: Function): void;
  /** How many frames a stack has; 10 by default. */
  stackTraceLimit: number;
}

/** The error of web APIs; `name` says which, such as "AbortError". */
interface DOMException extends Error {
  readonly name: string;
  readonly message: string;
  /** The legacy number of `name`, else 0. */
  readonly code: number;
}
declare var DOMException: {
  prototype: DOMException;
  new (message?: string, name?: string): DOMException;
};

interface EventInit {
  bubbles?: boolean;
  cancelable?: boolean;
  composed?: boolean;
}
interface Event {
  readonly type: string;
  readonly target: EventTarget | null;
  readonly currentTarget: EventTarget | null;
  readonly eventPhase: number;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly composed: boolean;
  readonly defaultPrevented: boolean;
  readonly isTrusted: boolean;
  /** Milliseconds since `performance.timeOrigin`. */
  readonly timeStamp: number;
  composedPath(): EventTarget[];
  preventDefault(): void;
  stopPropagation(): void;
  stopImmediatePropagation(): void;
}
declare var Event: {
  prototype: Event;
  new (type: string, init?: EventInit): Event;
};

interface CustomEventInit<T = any> extends EventInit {
  detail?: T;
}
interface CustomEvent<T = any> extends Event {
  readonly detail: T;
}
declare var CustomEvent: {
  prototype: CustomEvent;
  new <T>(type: string, init?: CustomEventInit<T>): CustomEvent<T>;
};

interface ErrorEventInit extends EventInit {
  message?: string;
  filename?: string;
  lineno?: number;
  colno?: number;
  error?: unknown;
}
interface ErrorEvent extends Event {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly error: any;
}
declare var ErrorEvent: {
  prototype: ErrorEvent;
  new (type: string, init?: ErrorEventInit): ErrorEvent;
};

interface MessageEventInit<T = any> extends EventInit {
  data?: T;
  origin?: string;
  lastEventId?: string;
  source?: MessagePort | null;
  ports?: MessagePort[];
}
interface MessageEvent<T = any> extends Event {
  readonly data: T;
  readonly origin: string;
  readonly lastEventId: string;
  readonly source: MessagePort | null;
  readonly ports: readonly MessagePort[];
}
declare var MessageEvent: {
  prototype: MessageEvent;
  new <T>(type: string, init?: MessageEventInit<T>): MessageEvent<T>;
};

interface CloseEventInit extends EventInit {
  wasClean?: boolean;
  code?: number;
  reason?: string;
}
interface CloseEvent extends Event {
  readonly wasClean: boolean;
  readonly code: number;
  readonly reason: string;
}
declare var CloseEvent: {
  prototype: CloseEvent;
  new (type: string, init?: CloseEventInit): CloseEvent;
};

interface PromiseRejectionEventInit extends EventInit {
  promise: Promise<any>;
  reason?: unknown;
}
interface PromiseRejectionEvent extends Event {
  readonly promise: Promise<any>;
  readonly reason: any;
}
declare var PromiseRejectionEvent: {
  prototype: PromiseRejectionEvent;
  new (type: string, init: PromiseRejectionEventInit): PromiseRejectionEvent;
};

interface EventListenerObject<E extends Event = Event> {
  handleEvent(event: E): void;
}
type EventListenerOrObject<E extends Event = Event> = ((event: E) => void) | EventListenerObject<E>;
interface EventListenerOptions {
  capture?: boolean;
}
interface AddEventListenerOptions extends EventListenerOptions {
  once?: boolean;
  passive?: boolean;
  /** Removes the listener when it aborts. */
  signal?: AbortSignal;
}
interface EventTarget {
  addEventListener(
    type: string, listener: EventListenerOrObject<any> | null, options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener(
    type: string, listener: EventListenerOrObject<any> | null, options?: boolean | EventListenerOptions,
  ): void;
  /** Returns false when a listener prevented the default action. */
  dispatchEvent(event: Event): boolean;
}
declare var EventTarget: {
  prototype: EventTarget;
  new (): EventTarget;
};

interface GlobalEventMap {
  /** An exception that nobody caught; `preventDefault()` lets the program go on. */
  error: ErrorEvent;
  /** A promise that was rejected without a handler; `preventDefault()` lets the program go on. */
  unhandledrejection: PromiseRejectionEvent;
  rejectionhandled: PromiseRejectionEvent;
}
declare function addEventListener<K extends keyof GlobalEventMap>(
  type: K, listener: EventListenerOrObject<GlobalEventMap[K]>, options?: boolean | AddEventListenerOptions,
): void;
declare function addEventListener(
  type: string, listener: EventListenerOrObject<any> | null, options?: boolean | AddEventListenerOptions,
): void;
declare function removeEventListener(
  type: string, listener: EventListenerOrObject<any> | null, options?: boolean | EventListenerOptions,
): void;
declare function dispatchEvent(event: Event): boolean;
declare var onerror: ((event: ErrorEvent) => void) | null;
declare var onunhandledrejection: ((event: PromiseRejectionEvent) => void) | null;
declare var onrejectionhandled: ((event: PromiseRejectionEvent) => void) | null;

interface AbortSignal extends EventTarget {
  readonly aborted: boolean;
  /** Why, once it aborted. */
  readonly reason: any;
  onabort: ((this: AbortSignal, event: Event) => void) | null;
  /** Throws `reason` if it aborted. */
  throwIfAborted(): void;
}
declare var AbortSignal: {
  prototype: AbortSignal;
  /** One that has aborted. */
  abort(reason?: unknown): AbortSignal;
  /** One that aborts with a TimeoutError after some milliseconds. */
  timeout(milliseconds: number): AbortSignal;
  /** One that aborts with the first of others. */
  any(signals: Iterable<AbortSignal>): AbortSignal;
};
interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare var AbortController: {
  prototype: AbortController;
  new (): AbortController;
};

// ---------------------------------------------------------------------------------------------------------------------
// Messages between ports

interface MessagePort extends EventTarget {
  onmessage: ((this: MessagePort, event: MessageEvent) => void) | null;
  onmessageerror: ((this: MessagePort, event: MessageEvent) => void) | null;
  postMessage(message: unknown, options?: readonly Transferable[] | StructuredSerializeOptions): void;
  /** Begins to deliver messages; setting `onmessage` does so too. */
  start(): void;
  close(): void;
}
declare var MessagePort: { prototype: MessagePort };
interface MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;
}
declare var MessageChannel: {
  prototype: MessageChannel;
  new (): MessageChannel;
};

// ---------------------------------------------------------------------------------------------------------------------
// URL, text and bytes

interface URLSearchParams {
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArg?: unknown): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
  toString(): string;
}
declare var URLSearchParams: {
  prototype: URLSearchParams;
  new (init?: string | Record<string, string> | Iterable<readonly [string, string]> | URLSearchParams): URLSearchParams;
};

interface URL {
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  readonly searchParams: URLSearchParams;
  toString(): string;
  toJSON(): string;
}
declare var URL: {
  prototype: URL;
  new (url: string | URL, base?: string | URL): URL;
  canParse(url: string | URL, base?: string | URL): boolean;
  /** `null` where the constructor would throw. */
  parse(url: string | URL, base?: string | URL): URL | null;
};

type BufferSource = ArrayBufferView | ArrayBuffer;

interface TextEncoder {
  readonly encoding: "utf-8";
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
declare var TextEncoder: {
  prototype: TextEncoder;
  new (): TextEncoder;
};
interface TextDecoderOptions {
  /** Throws a TypeError at bytes that are no text. */
  fatal?: boolean;
  ignoreBOM?: boolean;
}
interface TextDecoder {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  /** With `stream`, an incomplete character waits for the next call. */
  decode(input?: AllowSharedBufferSource, options?: { stream?: boolean }): string;
}
declare var TextDecoder: {
  prototype: TextDecoder;
  new (label?: string, options?: TextDecoderOptions): TextDecoder;
};
type AllowSharedBufferSource = ArrayBufferView | ArrayBufferLike;
/** From base64 to a string of bytes. */
declare function atob(data: string): string;
/** From a string of bytes to base64. */
declare function btoa(data: string): string;

type BlobPart = BufferSource | Blob | string;
interface BlobPropertyBag {
  type?: string;
  endings?: "transparent" | "native";
}
interface Blob {
  /** In bytes. */
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  text(): Promise<string>;
  slice(start?: number, end?: number, contentType?: string): Blob;
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}
declare var Blob: {
  prototype: Blob;
  new (parts?: Iterable<BlobPart>, options?: BlobPropertyBag): Blob;
};
interface File extends Blob {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}
declare var File: {
  prototype: File;
  new (parts: Iterable<BlobPart>, name: string, options?: BlobPropertyBag & { lastModified?: number }): File;
};

// ---------------------------------------------------------------------------------------------------------------------
// Streams

interface QueuingStrategy<T = any> {
  highWaterMark?: number;
  size?(chunk: T): number;
}
interface CountQueuingStrategy extends QueuingStrategy {
  readonly highWaterMark: number;
  readonly size: (chunk?: any) => number;
}
declare var CountQueuingStrategy: {
  prototype: CountQueuingStrategy;
  new (init: { highWaterMark: number }): CountQueuingStrategy;
};
interface ByteLengthQueuingStrategy extends QueuingStrategy<ArrayBufferView> {
  readonly highWaterMark: number;
  readonly size: (chunk?: any) => number;
}
declare var ByteLengthQueuingStrategy: {
  prototype: ByteLengthQueuingStrategy;
  new (init: { highWaterMark: number }): ByteLengthQueuingStrategy;
};

interface UnderlyingSource<R = any> {
  type?: undefined;
  start?(controller: ReadableStreamDefaultController<R>): unknown;
  pull?(controller: ReadableStreamDefaultController<R>): void | PromiseLike<void>;
  cancel?(reason?: any): void | PromiseLike<void>;
}
interface UnderlyingByteSource {
  type: "bytes";
  autoAllocateChunkSize?: number;
  start?(controller: ReadableByteStreamController): unknown;
  pull?(controller: ReadableByteStreamController): void | PromiseLike<void>;
  cancel?(reason?: any): void | PromiseLike<void>;
}
interface StreamPipeOptions {
  preventAbort?: boolean;
  preventCancel?: boolean;
  preventClose?: boolean;
  signal?: AbortSignal;
}
interface ReadableWritablePair<R = any, W = any> {
  readable: ReadableStream<R>;
  writable: WritableStream<W>;
}
type ReadableStreamReadResult<T> = { done: false; value: T } | { done: true; value: T | undefined };

interface ReadableStream<R = any> extends AsyncIterable<R> {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  getReader(): ReadableStreamDefaultReader<R>;
  getReader(options: { mode: "byob" }): ReadableStreamBYOBReader;
  pipeThrough<T>(transform: ReadableWritablePair<T, R>, options?: StreamPipeOptions): ReadableStream<T>;
  pipeTo(destination: WritableStream<R>, options?: StreamPipeOptions): Promise<void>;
  tee(): [ReadableStream<R>, ReadableStream<R>];
  values(options?: { preventCancel?: boolean }): AsyncIterableIterator<R>;
  [Symbol.asyncIterator](options?: { preventCancel?: boolean }): AsyncIterableIterator<R>;
}
declare var ReadableStream: {
  prototype: ReadableStream;
  new (source: UnderlyingByteSource, strategy?: { highWaterMark?: number }): ReadableStream<Uint8Array<ArrayBuffer>>;
  new <R = any>(source?: UnderlyingSource<R>, strategy?: QueuingStrategy<R>): ReadableStream<R>;
  from<R>(source: Iterable<R | PromiseLike<R>> | AsyncIterable<R>): ReadableStream<R>;
};
interface ReadableStreamDefaultReader<R = any> {
  readonly closed: Promise<void>;
  cancel(reason?: unknown): Promise<void>;
  read(): Promise<ReadableStreamReadResult<R>>;
  releaseLock(): void;
}
declare var ReadableStreamDefaultReader: {
  prototype: ReadableStreamDefaultReader;
  new <R = any>(stream: ReadableStream<R>): ReadableStreamDefaultReader<R>;
};
interface ReadableStreamBYOBReader {
  readonly closed: Promise<void>;
  cancel(reason?: unknown): Promise<void>;
  /** Fills `view`, whose buffer moves: use the view in the result. */
  read<T extends ArrayBufferView>(view: T, options?: { min?: number }): Promise<ReadableStreamReadResult<T>>;
  releaseLock(): void;
}
declare var ReadableStreamBYOBReader: {
  prototype: ReadableStreamBYOBReader;
  new (stream: ReadableStream): ReadableStreamBYOBReader;
};
interface ReadableStreamDefaultController<R = any> {
  readonly desiredSize: number | null;
  close(): void;
  enqueue(chunk?: R): void;
  error(reason?: unknown): void;
}
declare var ReadableStreamDefaultController: { prototype: ReadableStreamDefaultController };
interface ReadableByteStreamController {
  readonly byobRequest: ReadableStreamBYOBRequest | null;
  readonly desiredSize: number | null;
  close(): void;
  enqueue(chunk: ArrayBufferView): void;
  error(reason?: unknown): void;
}
declare var ReadableByteStreamController: { prototype: ReadableByteStreamController };
interface ReadableStreamBYOBRequest {
  readonly view: ArrayBufferView | null;
  respond(bytesWritten: number): void;
  respondWithNewView(view: ArrayBufferView): void;
}
declare var ReadableStreamBYOBRequest: { prototype: ReadableStreamBYOBRequest };

interface UnderlyingSink<W = any> {
  start?(controller: WritableStreamDefaultController): unknown;
  write?(chunk: W, controller: WritableStreamDefaultController): void | PromiseLike<void>;
  close?(): void | PromiseLike<void>;
  abort?(reason?: any): void | PromiseLike<void>;
}
interface WritableStream<W = any> {
  readonly locked: boolean;
  abort(reason?: unknown): Promise<void>;
  close(): Promise<void>;
  getWriter(): WritableStreamDefaultWriter<W>;
}
declare var WritableStream: {
  prototype: WritableStream;
  new <W = any>(sink?: UnderlyingSink<W>, strategy?: QueuingStrategy<W>): WritableStream<W>;
};
interface WritableStreamDefaultWriter<W = any> {
  readonly closed: Promise<void>;
  readonly desiredSize: number | null;
  readonly ready: Promise<void>;
  abort(reason?: unknown): Promise<void>;
  close(): Promise<void>;
  releaseLock(): void;
  write(chunk?: W): Promise<void>;
}
declare var WritableStreamDefaultWriter: {
  prototype: WritableStreamDefaultWriter;
  new <W = any>(stream: WritableStream<W>): WritableStreamDefaultWriter<W>;
};
interface WritableStreamDefaultController {
  readonly signal: AbortSignal;
  error(reason?: unknown): void;
}
declare var WritableStreamDefaultController: { prototype: WritableStreamDefaultController };

interface Transformer<I = any, O = any> {
  start?(controller: TransformStreamDefaultController<O>): unknown;
  transform?(chunk: I, controller: TransformStreamDefaultController<O>): void | PromiseLike<void>;
  flush?(controller: TransformStreamDefaultController<O>): void | PromiseLike<void>;
  cancel?(reason: any): void | PromiseLike<void>;
}
interface TransformStream<I = any, O = any> {
  readonly readable: ReadableStream<O>;
  readonly writable: WritableStream<I>;
}
declare var TransformStream: {
  prototype: TransformStream;
  new <I = any, O = any>(
    transformer?: Transformer<I, O>, writableStrategy?: QueuingStrategy<I>, readableStrategy?: QueuingStrategy<O>,
  ): TransformStream<I, O>;
};
interface TransformStreamDefaultController<O = any> {
  readonly desiredSize: number | null;
  enqueue(chunk?: O): void;
  error(reason?: unknown): void;
  terminate(): void;
}
declare var TransformStreamDefaultController: { prototype: TransformStreamDefaultController };

interface TextEncoderStream extends TransformStream<string, Uint8Array<ArrayBuffer>> {
  readonly encoding: "utf-8";
}
declare var TextEncoderStream: {
  prototype: TextEncoderStream;
  new (): TextEncoderStream;
};
interface TextDecoderStream extends TransformStream<BufferSource, string> {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
}
declare var TextDecoderStream: {
  prototype: TextDecoderStream;
  new (label?: string, options?: TextDecoderOptions): TextDecoderStream;
};
type CompressionFormat = "gzip" | "deflate" | "deflate-raw";
interface CompressionStream extends TransformStream<BufferSource, Uint8Array<ArrayBuffer>> {}
declare var CompressionStream: {
  prototype: CompressionStream;
  new (format: CompressionFormat): CompressionStream;
};
interface DecompressionStream extends TransformStream<BufferSource, Uint8Array<ArrayBuffer>> {}
declare var DecompressionStream: {
  prototype: DecompressionStream;
  new (format: CompressionFormat): DecompressionStream;
};

// ---------------------------------------------------------------------------------------------------------------------
// fetch

type HeadersInit = Headers | Record<string, string> | Iterable<readonly [string, string]>;
interface Headers {
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  /** Each `set-cookie` header on its own. */
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string, headers: Headers) => void, thisArg?: unknown): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}
declare var Headers: {
  prototype: Headers;
  new (init?: HeadersInit): Headers;
};

type FormDataEntryValue = File | string;
interface FormData {
  append(name: string, value: string | Blob, filename?: string): void;
  delete(name: string): void;
  get(name: string): FormDataEntryValue | null;
  getAll(name: string): FormDataEntryValue[];
  has(name: string): boolean;
  set(name: string, value: string | Blob, filename?: string): void;
  forEach(callback: (value: FormDataEntryValue, name: string, form: FormData) => void, thisArg?: unknown): void;
  entries(): IterableIterator<[string, FormDataEntryValue]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<FormDataEntryValue>;
  [Symbol.iterator](): IterableIterator<[string, FormDataEntryValue]>;
}
declare var FormData: {
  prototype: FormData;
  new (): FormData;
};

type BodyInit = ReadableStream | Blob | BufferSource | FormData | URLSearchParams | string;
interface Body {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  formData(): Promise<FormData>;
  json(): Promise<any>;
  text(): Promise<string>;
}

type RequestCache = "default" | "no-store" | "reload" | "no-cache" | "force-cache" | "only-if-cached";
type RequestCredentials = "omit" | "same-origin" | "include";
type RequestMode = "navigate" | "same-origin" | "no-cors" | "cors";
type RequestRedirect = "follow" | "error" | "manual";
type RequestInfo = Request | string | URL;
interface RequestInit {
  method?: string;
  headers?: HeadersInit;
  body?: BodyInit | null;
  signal?: AbortSignal | null;
  redirect?: RequestRedirect;
  cache?: RequestCache;
  credentials?: RequestCredentials;
  integrity?: string;
  keepalive?: boolean;
  mode?: RequestMode;
  referrer?: string;
  referrerPolicy?: string;
  /** Needed when `body` is a stream. */
  duplex?: "half";
}
interface Request extends Body {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  readonly redirect: RequestRedirect;
  readonly cache: RequestCache;
  readonly credentials: RequestCredentials;
  readonly destination: string;
  readonly duplex: "half";
  readonly integrity: string;
  readonly keepalive: boolean;
  readonly mode: RequestMode;
  readonly referrer: string;
  readonly referrerPolicy: string;
  clone(): Request;
}
declare var Request: {
  prototype: Request;
  new (input: RequestInfo, init?: RequestInit): Request;
};

type ResponseType = "basic" | "cors" | "default" | "error" | "opaque" | "opaqueredirect";
interface ResponseInit {
  status?: number;
  statusText?: string;
  headers?: HeadersInit;
}
interface Response extends Body {
  readonly status: number;
  readonly statusText: string;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  readonly headers: Headers;
  readonly redirected: boolean;
  readonly type: ResponseType;
  readonly url: string;
  clone(): Response;
}
declare var Response: {
  prototype: Response;
  new (body?: BodyInit | null, init?: ResponseInit): Response;
  error(): Response;
  json(data: unknown, init?: ResponseInit): Response;
  redirect(url: string | URL, status?: number): Response;
};

/** Sends a request over http or https. */
declare function fetch(input: RequestInfo, init?: RequestInit): Promise<Response>;

// ---------------------------------------------------------------------------------------------------------------------
// Performance, crypto, navigator

interface PerformanceEntry {
  readonly name: string;
  readonly entryType: string;
  /** In milliseconds. */
  readonly startTime: number;
  /** In milliseconds. */
  readonly duration: number;
  toJSON(): any;
}
declare var PerformanceEntry: { prototype: PerformanceEntry };
interface PerformanceMarkOptions {
  detail?: unknown;
  startTime?: number;
}
interface PerformanceMark extends PerformanceEntry {
  readonly detail: any;
}
declare var PerformanceMark: {
  prototype: PerformanceMark;
  new (name: string, options?: PerformanceMarkOptions): PerformanceMark;
};
interface PerformanceMeasureOptions {
  detail?: unknown;
  start?: string | number;
  end?: string | number;
  duration?: number;
}
interface PerformanceMeasure extends PerformanceEntry {
  readonly detail: any;
}
declare var PerformanceMeasure: { prototype: PerformanceMeasure };
interface Performance extends EventTarget {
  /** When the program started, in milliseconds since 1970. */
  readonly timeOrigin: number;
  /** Milliseconds since `timeOrigin`, with fractions. */
  now(): number;
  mark(name: string, options?: PerformanceMarkOptions): PerformanceMark;
  measure(name: string, start?: string | PerformanceMeasureOptions, end?: string): PerformanceMeasure;
  clearMarks(name?: string): void;
  clearMeasures(name?: string): void;
  getEntries(): PerformanceEntry[];
  getEntriesByName(name: string, type?: string): PerformanceEntry[];
  getEntriesByType(type: string): PerformanceEntry[];
  toJSON(): any;
}
declare var Performance: { prototype: Performance };
declare var performance: Performance;

type IntegerTypedArray =
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array;
interface Crypto {
  /** Fills an array of at most 65536 bytes with random ones, and returns it. */
  getRandomValues<T extends IntegerTypedArray>(array: T): T;
  /** A random UUID of version 4. */
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
}
declare var Crypto: { prototype: Crypto };
declare var crypto: Crypto;

interface Navigator {
  /** The number of processors. */
  readonly hardwareConcurrency: number;
  readonly language: string;
  readonly languages: readonly string[];
  readonly platform: string;
  /** `Krepis/VERSION`. */
  readonly userAgent: string;
}
declare var Navigator: { prototype: Navigator };
declare var navigator: Navigator;

// ---------------------------------------------------------------------------------------------------------------------
// WebAssembly

declare namespace WebAssembly {
  type ImportExportKind = "function" | "global" | "memory" | "table" | "tag";
  type ExportValue = Function | Global | Memory | Table;
  type Exports = Record<string, ExportValue>;
  type Imports = Record<string, Record<string, ExportValue | number | bigint>>;
  interface ModuleImportDescriptor {
    module: string;
    name: string;
    kind: ImportExportKind;
  }
  interface ModuleExportDescriptor {
    name: string;
    kind: ImportExportKind;
  }
  class Module {
    constructor(bytes: BufferSource);
    static customSections(module: Module, name: string): ArrayBuffer[];
    static exports(module: Module): ModuleExportDescriptor[];
    static imports(module: Module): ModuleImportDescriptor[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  /** Sizes in pages of 64 KB. */
  interface MemoryDescriptor {
    initial: number;
    maximum?: number;
    shared?: boolean;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBuffer;
    grow(delta: number): number;
  }
  type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | "anyfunc" | "externref";
  class Table {
    constructor(descriptor: { element: "anyfunc" | "externref"; initial: number; maximum?: number }, value?: any);
    readonly length: number;
    get(index: number): any;
    grow(delta: number, value?: any): number;
    set(index: number, value?: any): void;
  }
  class Global<T = any> {
    constructor(descriptor: { value: ValueType; mutable?: boolean }, value?: T);
    value: T;
    valueOf(): T;
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
  interface InstantiatedSource {
    instance: Instance;
    module: Module;
  }
  function compile(bytes: BufferSource): Promise<Module>;
  function instantiate(bytes: BufferSource, imports?: Imports): Promise<InstantiatedSource>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
  function validate(bytes: BufferSource): boolean;
  /** Compiles a response of type application/wasm while it arrives. */
  function compileStreaming(source: Response | PromiseLike<Response>): Promise<Module>;
  function instantiateStreaming(
    source: Response | PromiseLike<Response>, imports?: Imports,
  ): Promise<InstantiatedSource>;
}

// ---------------------------------------------------------------------------------------------------------------------
// Modules

interface ImportMeta {
  /** The module's URL. */
  readonly url: string;
  /** The folder of a module that is a file. */
  readonly dirname: string;
  /** The path of a module that is a file. */
  readonly filename: string;
  /** Whether this module is the program's entry. */
  readonly main: boolean;
  /** The URL that `import(specifier)` would load from here. */
  resolve(specifier: string): string;
}

interface Require {
  (specifier: string): any;
  readonly resolve: RequireResolve;
  /** What is loaded, by file. Entries may be deleted, so that the next `require` loads anew, and replaced. */
  readonly cache: Record<string, Module | undefined>;
  readonly main: Module | undefined;
}
interface RequireResolve {
  (specifier: string, options?: { paths?: readonly string[] }): string;
  /** The folders that a bare specifier is looked for in; `null` for a built-in. */
  paths(specifier: string): string[] | null;
}
/** A CommonJS module. */
interface Module {
  exports: any;
  readonly id: string;
  readonly filename: string;
  readonly path: string;
  readonly paths: string[];
  readonly loaded: boolean;
  readonly children: Module[];
  readonly parent: Module | undefined;
  require(specifier: string): any;
}
/** In CommonJS modules only. */
declare var require: Require;
/** In CommonJS modules only. */
declare var module: Module;
/** In CommonJS modules only. */
declare var exports: any;
/** In CommonJS modules only: the module's path. */
declare var __filename: string;
/** In CommonJS modules only: the module's folder. */
declare var __dirname: string;

// What the ends of a specifier say of a module. A compiler does not read import attributes.

/** Lua: what the module returns, and the names in it. */
declare module "*.lua";
/** WebAssembly: what the instance exports. */
declare module "*.wasm";
/** `with { type: "text" }`. */
declare module "*.txt" {
  const text: string;
  export default text;
}
/** `with { type: "bytes" }`. */
declare module "*.bin" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

declare module "node:module" {
  /** What a module is made from. */
  export type ModuleFormat =
    | "builtin" | "commonjs" | "commonjs-typescript" | "json" | "module" | "module-typescript" | "wasm"
    | (string & {});
  export type ModuleSource = string | ArrayBuffer | ArrayBufferView;

  export interface ResolveHookContext {
    /** The conditions of `exports` maps, for `import` or for `require`. */
    readonly conditions: string[];
    readonly importAttributes: { readonly [name: string]: string };
    /** The module that asks; `undefined` for the program's entry. */
    readonly parentURL: string | undefined;
  }
  export interface ResolveHookResult {
    url: string;
    format?: ModuleFormat | null;
    importAttributes?: { readonly [name: string]: string };
    /** No further hook is asked. Needed of a hook that does not call `next`. */
    shortCircuit?: boolean;
  }
  export interface LoadHookContext {
    readonly conditions: string[];
    readonly format: ModuleFormat | null | undefined;
    readonly importAttributes: { readonly [name: string]: string };
  }
  export interface LoadHookResult {
    format: ModuleFormat;
    source?: ModuleSource | null;
    shortCircuit?: boolean;
  }
  export interface ModuleHooks {
    /** Which module a specifier names. */
    resolve?(
      specifier: string,
      context: ResolveHookContext,
      next: (specifier?: string, context?: Partial<ResolveHookContext>) => ResolveHookResult,
    ): ResolveHookResult;
    /** What is in a module. */
    load?(
      url: string,
      context: LoadHookContext,
      next: (url?: string, context?: Partial<LoadHookContext>) => LoadHookResult,
    ): LoadHookResult;
  }

  interface ModuleConstructor {
    /** A `require` for an ES module: `createRequire(import.meta.url)`. */
    createRequire(from: string | URL): Require;
    isBuiltin(name: string): boolean;
    readonly builtinModules: string[];
    /** Adds functions that have a say in every `import` and `require`; the newest is asked first. */
    registerHooks(hooks: ModuleHooks): { deregister(): void };
    /** The `package.json` that speaks for a module. */
    findPackageJSON(specifier: string | URL, base?: string | URL): string | undefined;
    /** JavaScript of TypeScript. */
    stripTypeScriptTypes(
      code: string,
      options?: { mode?: "strip" | "transform"; sourceMap?: boolean; sourceUrl?: string },
    ): string;
    /** Where compiled code is kept; `undefined` where it is not. */
    getCompileCacheDir(): string | undefined;
    /** Writes to disk now what was compiled so far. */
    flushCompileCache(): void;
    /** Takes over into named exports what was changed in the objects of built-ins. */
    syncBuiltinESMExports(): void;
  }
  export const Module: ModuleConstructor;
  export const createRequire: ModuleConstructor["createRequire"];
  export const isBuiltin: ModuleConstructor["isBuiltin"];
  export const builtinModules: string[];
  export const registerHooks: ModuleConstructor["registerHooks"];
  export const findPackageJSON: ModuleConstructor["findPackageJSON"];
  export const stripTypeScriptTypes: ModuleConstructor["stripTypeScriptTypes"];
  export const getCompileCacheDir: ModuleConstructor["getCompileCacheDir"];
  export const flushCompileCache: ModuleConstructor["flushCompileCache"];
  export const syncBuiltinESMExports: ModuleConstructor["syncBuiltinESMExports"];
  export default Module;
}

// ---------------------------------------------------------------------------------------------------------------------
// The process

type Signal = "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGTERM" | "SIGUSR1" | "SIGUSR2" | "SIGWINCH";
type Listener = (...args: any[]) => void;

/** Node's event emitter. */
interface EventEmitter {
  addListener(event: string | symbol, listener: Listener): this;
  on(event: string | symbol, listener: Listener): this;
  once(event: string | symbol, listener: Listener): this;
  prependListener(event: string | symbol, listener: Listener): this;
  prependOnceListener(event: string | symbol, listener: Listener): this;
  off(event: string | symbol, listener: Listener): this;
  removeListener(event: string | symbol, listener: Listener): this;
  removeAllListeners(event?: string | symbol): this;
  /** Calls the listeners; returns whether there were any. */
  emit(event: string | symbol, ...args: any[]): boolean;
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol, listener?: Listener): number;
  listeners(event: string | symbol): Function[];
  rawListeners(event: string | symbol): Function[];
  getMaxListeners(): number;
  setMaxListeners(count: number): this;
}
declare module "node:events" {
  interface EventEmitterConstructor {
    new (): EventEmitter;
    prototype: EventEmitter;
    defaultMaxListeners: number;
    /** The arguments of the next event of that name. */
    once(emitter: EventEmitter | EventTarget, event: string | symbol, options?: { signal?: AbortSignal }): Promise<any[]>;
    /** The arguments of every event of that name. */
    on(
      emitter: EventEmitter | EventTarget, event: string | symbol, options?: { signal?: AbortSignal },
    ): AsyncIterableIterator<any[]>;
  }
  export const EventEmitter: EventEmitterConstructor & { EventEmitter: EventEmitterConstructor };
  export type EventEmitter = globalThis.EventEmitter;
  export const once: EventEmitterConstructor["once"];
  export const on: EventEmitterConstructor["on"];
  export function addAbortListener(signal: AbortSignal, listener: (event: Event) => void): Disposable;
  export function getEventListeners(emitter: EventEmitter | EventTarget, event: string | symbol): Function[];
  export function getMaxListeners(emitter: EventEmitter | EventTarget): number;
  export function setMaxListeners(count?: number, ...emitters: (EventEmitter | EventTarget)[]): void;
  export function listenerCount(emitter: EventEmitter | EventTarget, event: string | symbol): number;
  /** Listeners of this event see errors first, and do not count as having handled them. */
  export const errorMonitor: unique symbol;
  export const captureRejectionSymbol: unique symbol;
  export default EventEmitter;
}

interface ProcessOutput extends EventEmitter {
  readonly fd: number;
  readonly isTTY: boolean;
  /** The terminal's width; `undefined` where there is none. */
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  write(data: string | Uint8Array, callback?: (error?: Error | null) => void): boolean;
  write(data: string | Uint8Array, encoding?: string, callback?: (error?: Error | null) => void): boolean;
}
interface ProcessInput extends EventEmitter, AsyncIterable<any> {
  readonly fd: number;
  readonly isTTY: boolean;
  setEncoding(encoding?: string): this;
  pause(): this;
  resume(): this;
}
/** In bytes. */
interface MemoryUsage {
  rss: number;
  heapTotal: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
}
interface Process extends EventEmitter {
  /** The executable, the program's path, and its arguments. */
  readonly argv: string[];
  readonly argv0: string;
  readonly execPath: string;
  readonly execArgv: string[];
  /** The environment; what is assigned becomes a string. */
  readonly env: Record<string, string | undefined>;
  /** What the program ends with when it ends by itself. */
  exitCode: number | string | null | undefined;
  readonly pid: number;
  readonly ppid: number;
  readonly platform: "linux" | "darwin" | "win32" | "freebsd" | "android";
  readonly arch: "x64" | "arm64" | "ia32" | "arm" | "riscv64";
  /** The version of Node that programs can rely on, with a leading `v`. */
  readonly version: string;
  readonly versions: { readonly krepis: string; readonly v8: string; readonly node: string; readonly [name: string]: string | undefined };
  title: string;
  readonly stdout: ProcessOutput;
  readonly stderr: ProcessOutput;
  readonly stdin: ProcessInput;
  cwd(): string;
  chdir(directory: string): void;
  /** Ends the program after its `exit` listeners. */
  exit(code?: number | string | null): never;
  abort(): never;
  kill(pid: number, signal?: Signal | number): true;
  /** `[seconds, nanoseconds]` of a clock that never goes back, or since an earlier reading. */
  hrtime: {
    (earlier?: [number, number]): [number, number];
    /** In nanoseconds. */
    bigint(): bigint;
  };
  /** Seconds since the program started. */
  uptime(): number;
  memoryUsage: {
    (): MemoryUsage;
    rss(): number;
  };
  /** In microseconds. */
  cpuUsage(earlier?: { user: number; system: number }): { user: number; system: number };
  /** Calls `callback` before promises and timers go on. */
  nextTick<A extends unknown[]>(callback: (...args: A) => void, ...args: A): void;
  emitWarning(warning: string | Error, type?: string | { type?: string; code?: string; detail?: string }): void;
  on(event: "exit" | "beforeExit", listener: (code: number) => void): this;
  on(event: "uncaughtException", listener: (error: Error, origin: string) => void): this;
  on(event: "unhandledRejection", listener: (reason: any, promise: Promise<any>) => void): this;
  on(event: "rejectionHandled", listener: (promise: Promise<any>) => void): this;
  on(event: "warning", listener: (warning: Error) => void): this;
  on(event: Signal, listener: (signal: Signal, number: number) => void): this;
  on(event: string | symbol, listener: Listener): this;
  once(event: "exit" | "beforeExit", listener: (code: number) => void): this;
  once(event: Signal, listener: (signal: Signal, number: number) => void): this;
  once(event: string | symbol, listener: Listener): this;
}
declare var process: Process;
/** The global object. */
declare var global: typeof globalThis;
/** The global object. */
declare var self: typeof globalThis;

declare module "node:process" {
  export = process;
}

declare module "node:timers" {
  export const setTimeout: typeof globalThis.setTimeout;
  export const setInterval: typeof globalThis.setInterval;
  export const setImmediate: typeof globalThis.setImmediate;
  export const clearTimeout: typeof globalThis.clearTimeout;
  export const clearInterval: typeof globalThis.clearInterval;
  export const clearImmediate: typeof globalThis.clearImmediate;
  export const promises: typeof import("node:timers/promises");
}

declare module "node:timers/promises" {
  interface TimerOptions {
    /** Rejects the promise when it aborts. */
    signal?: AbortSignal;
    /** Whether the timer keeps the program alive; true by default. */
    ref?: boolean;
  }
  /** Resolves with `value` after `delay` milliseconds. */
  export function setTimeout<T = void>(delay?: number, value?: T, options?: TimerOptions): Promise<T>;
  /** Resolves with `value` in the next turn of the event loop. */
  export function setImmediate<T = void>(value?: T, options?: TimerOptions): Promise<T>;
  /** Gives `value` every `delay` milliseconds. */
  export function setInterval<T = void>(delay?: number, value?: T, options?: TimerOptions): AsyncIterableIterator<T>;
  export const scheduler: {
    wait(delay: number, options?: TimerOptions): Promise<void>;
    yield(): Promise<void>;
  };
}

declare module "node:async_hooks" {
  interface StorageOptions<T> {
    /** What `getStore` gives outside of every `run`; `undefined` without it. */
    defaultValue?: T;
    name?: string;
  }

  /** A value that asynchronous work carries along. `Variable` of `krepis:context` is the same with fewer ways to set it. */
  export class AsyncLocalStorage<T> {
    constructor(options?: StorageOptions<T>);
    readonly name: string;
    /** `fn`, as it has to be called later: with the values of all storages, and the context, of now. */
    static bind<F extends (...args: any[]) => unknown>(fn: F): F;
    /** A function that calls others with the values, and the context, of now. */
    static snapshot(): <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => R;
    /** The value that the nearest `run` around this code gave it, also across awaits, timers and callbacks. */
    getStore(): T | undefined;
    run<A extends unknown[], R>(store: T, callback: (...args: A) => R, ...args: A): R;
    /** Calls `callback` without a value. */
    exit<A extends unknown[], R>(callback: (...args: A) => R, ...args: A): R;
    /** Sets the value for the rest of what runs now, and for what that begins. */
    enterWith(store: T): void;
    /** Takes the value away for the rest of what runs now. */
    disable(): void;
    /** As `enterWith`, until the end: `using _ = storage.withScope(value)`. */
    withScope(store: T): Disposable & { dispose(): void };
  }

  /** Remembers the values of all storages, and the context, that there were when it was made. */
  export class AsyncResource {
    constructor(type: string, options?: number | { triggerAsyncId?: number });
    static bind<F extends (...args: any[]) => unknown>(fn: F, type?: string, thisArg?: unknown): F;
    bind<F extends (...args: any[]) => unknown>(fn: F, thisArg?: unknown): F;
    runInAsyncScope<A extends unknown[], R>(fn: (...args: A) => R, thisArg?: unknown, ...args: A): R;
    emitDestroy(): this;
    asyncId(): number;
    triggerAsyncId(): number;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// HTTP server

declare module "krepis:http" {
  /** Answers a request. What it throws becomes a 500, with the error on standard error. */
  export type Handler = (request: Request, server: Server) => Response | Promise<Response>;

  /** What a request may take, in bytes and milliseconds; `null` or `Infinity` lifts a limit. */
  export interface Limits {
    /** Request line and headers: 431 beyond it. */
    maxHeaderSize?: number | null;
    /** The body of a request: 413 beyond it. */
    maxBodySize?: number | null;
    maxConnections?: number | null;
    /** How long the head of a request may take. */
    headersTimeout?: number | null;
    /** How long a request may take to send the next part of its body. */
    bodyTimeout?: number | null;
    /** How long a connection may wait for its next request. */
    idleTimeout?: number | null;
    /** How long a client may take to accept the next part of a response. */
    writeTimeout?: number | null;
  }

  export interface ServeOptions extends Limits {
    /** The port, 3000 by default; 0 takes a free one. */
    port?: number;
    /** The address to listen on, 127.0.0.1 by default. */
    hostname?: string;
    /** Shares the port with other processes or isolates. */
    reusePort?: boolean;
    /** Stops the server when it aborts. */
    signal?: AbortSignal;
    /** Answers a request whose handler failed. */
    onError?: (error: unknown, request: Request) => Response | Promise<Response>;
    /** Called once the server listens. */
    onListen?: (server: Server) => void;
  }

  /** A server that listens. */
  export interface Server extends AsyncDisposable {
    readonly hostname: string;
    readonly port: number;
    /** Where a browser on this machine reaches it. */
    readonly url: string;
    /** Settles when the server has stopped. */
    readonly finished: Promise<void>;
    /** The client's address. */
    requestIP(request: Request): { address: string; port: number; family: "IPv4" | "IPv6" } | null;
    /**
     * Stops accepting and lets requests in flight finish, for at most `grace` milliseconds (10 seconds by default).
     * Whether all of them did.
     */
    stop(options?: { grace?: number }): Promise<boolean>;
  }

  /** What `krepis serve` takes as a module's default export; so does `serve`. */
  export interface App extends Limits {
    fetch(request: Request, server: Server): Response | Promise<Response>;
    onError?: ServeOptions["onError"];
  }

  /** Serves HTTP/1.1. */
  export function serve(handler: Handler | App, options?: ServeOptions): Server;
}

// ---------------------------------------------------------------------------------------------------------------------
// Request context

declare module "krepis:context" {
  /**
   * What a field can hold when it is read. Whole numbers are kept exactly as 64 bits with a sign: a `number` where it can be
   * exact, a `bigint` beyond 2^53. Bytes are a copy.
   */
  export type FieldValue = string | number | bigint | boolean | Uint8Array<ArrayBuffer>;

  /** What a field can be set to. */
  export type FieldInput = string | number | bigint | boolean | ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

  /**
   * The types of fields that the program knows by name. Extend it:
   * `declare module "krepis:context" { interface Fields { "tenant.id": string } }`
   */
  export interface Fields {}

  type InputOf<N> = N extends keyof Fields ? Fields[N] : FieldInput;

  /** Several fields. */
  export type FieldRecord = { readonly [N in keyof Fields]?: Fields[N] } & { readonly [name: string]: FieldInput };

  /** Why a context is over. `failed` is that of contexts that were cancelled with an error. */
  export type Cause = "cancelled" | "deadline-exceeded" | "client-gone" | "shutdown" | "overload" | "failed";

  /** Headers in the forms in which programs have them; names are compared without regard to case. */
  export type HeadersLike =
    | Headers
    | Request
    | Response
    | Iterable<readonly [string, string | readonly string[]]>
    | { readonly [name: string]: string | readonly string[] };

  export interface ContextOptions {
    /** How long it may take, in milliseconds from now, 0 or more. The deadlines above still hold. */
    timeout?: number;
    /** When it is over at the latest: a Date, or milliseconds of `Date.now()`. The deadlines above still hold. */
    deadline?: Date | number;
    fields?: FieldRecord | ReadonlyMap<string, FieldInput>;
    /** Makes the context a span below this one; by default it is one below its parent's, or begins a trace. */
    traceparent?: string;
    /** Whether the trace that begins here is recorded, or this span of the one above. A `traceparent` says it by itself. */
    sampled?: boolean;
  }

  /**
   * A handle to the context of a request: fields, deadline, cancellation, trace and baggage, in memory that Rust and all
   * isolates of the process share.
   *
   * The context lives until its last handle is disposed of and nothing is below it. A handle that was disposed of throws an
   * error with the code `ERR_CONTEXT_OVER` whenever it is used, but for `isOpen`, `dispose` and what it has given before.
   */
  export class Context implements Disposable {
    private constructor();

    /**
     * A context with nothing above it, to be disposed of.
     * @throws `ERR_CONTEXT_EXHAUSTED` if as many are alive as there can be (`--max-contexts`); what the options say.
     */
    static create(options?: ContextOptions): Context;
    /**
     * The context that the running code works for, also after awaits, in timers and in callbacks: of the nearest `run`, or of
     * the request that a server handles. It belongs to that: do not dispose of it, `clone()` it to keep it.
     * `undefined` where there is none, or where it is over.
     */
    static current(): Context | undefined;
    /**
     * Calls `fn` in a context of its own, below the current one if there is one. It is disposed of when `fn` has returned, or
     * when the promise that it returned has settled.
     */
    static run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R;
    static run<A extends unknown[], R>(options: ContextOptions | undefined, fn: (...args: A) => R, ...args: A): R;
    /**
     * Another handle to the context with this `id`, also of another isolate of the process, to be disposed of by itself.
     * `undefined` if that context is over; never another one.
     * @throws a TypeError if that is no id.
     */
    static find(id: string): Context | undefined;
    /** A context of what the headers of a request say; see `extract`. */
    static from(headers: HeadersLike, options?: ContextOptions): Context;
    /**
     * A context of what `encode` gave, here or elsewhere: "json" by default for a text, "flatbuffers" for bytes. At most
     * 64 KiB and 1,024 fields.
     * @throws a TypeError with the code `ERR_CONTEXT_MALFORMED` for anything else; `ERR_CONTEXT_EXHAUSTED`; `ERR_CONTEXT_FULL`.
     */
    static decode(encoded: string, format?: "json"): Context;
    static decode(
      encoded: ArrayBufferView | ArrayBuffer | SharedArrayBuffer,
      format?: "flatbuffers" | "protobuf" | "json",
    ): Context;
    /**
     * Many contexts at once: so many, or one for each object of fields. They share what `options` say.
     * @throws as `create`; then there are none of them.
     */
    static batch(fields: number | Iterable<FieldRecord>, options?: ContextOptions): ContextBatch;

    /**
     * A context below this one: the same fields until it sets its own, the same trace, no more time, over when this one is. It
     * keeps this one alive, and has to be disposed of.
     * @throws `ERR_CONTEXT_TOO_DEEP` with 64 contexts above it; as `create`.
     */
    child(options?: ContextOptions): Context;
    /** Many contexts below this one; see `Context.batch`. */
    batch(fields: number | Iterable<FieldRecord>, options?: ContextOptions): ContextBatch;
    /** Another handle to this very context, to be disposed of by itself: for work that goes on when the request is answered. */
    clone(): Context;
    /** Calls `fn` with this as the current context, for all that it begins. The context does not end with it. */
    run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R;

    /** Names it in this process: for logs, and for `Context.find`. Slot and generation, such as `12/7`. */
    readonly id: string;
    /** Whether this handle can be used. */
    readonly isOpen: boolean;
    /** Ends this handle; the second time nothing happens. */
    dispose(): void;
    [Symbol.dispose](): void;

    /** The value of a field: this context's own, or that of the nearest one above which has it. */
    get<N extends keyof Fields>(name: N): Fields[N] | undefined;
    get<T extends FieldValue = FieldValue>(name: string): T | undefined;
    has(name: string): boolean;
    /**
     * Sets a field. Contexts above keep theirs, which is hidden from here. Entries are only ever appended: setting a field
     * again takes space again.
     * @throws a TypeError for a value that is none; `ERR_CONTEXT_FULL` if a field has more than 16,064 bytes, or the context
     * its four pages of 16 KiB, or all contexts together theirs.
     */
    set<N extends string>(name: N, value: InputOf<N>): this;
    /** Sets several; those before one that cannot be set stay. */
    assign(fields: FieldRecord | ReadonlyMap<string, FieldInput>): this;
    /** Takes a field away, from here: contexts above keep theirs. `false` if it was not there. */
    delete(name: string): boolean;
    /** All fields that `get` finds, each once: this context's own in the order in which they were last set, then those above. */
    entries(): IterableIterator<[name: string, value: FieldValue]>;
    [Symbol.iterator](): IterableIterator<[name: string, value: FieldValue]>;

    /**
     * When the context is over at the latest: the earliest deadline of its own and of those above, in milliseconds of
     * `Date.now()`, with fractions. `undefined` for none.
     */
    readonly deadline: number | undefined;
    /** How many milliseconds are left, with fractions; 0 after the deadline, `Infinity` without one. */
    readonly remaining: number;
    /**
     * Makes the deadline so many milliseconds from now. `false`, and nothing happens, if there is an earlier one.
     * @throws a RangeError for a number below 0.
     */
    shrinkTimeout(milliseconds: number): boolean;
    /** Makes the deadline a Date, or a time of `Date.now()`. `false`, and nothing happens, if there is an earlier one. */
    shrinkDeadline(deadline: Date | number): boolean;
    /**
     * Cancels the context and all below it; `false` if it was over already. An error makes the cause `failed`, and is the
     * `reason` of all of them in this isolate.
     */
    cancel(cause?: Cause | Error): boolean;
    /** Why the context is over; `undefined` if it is not. */
    readonly cause: Cause | undefined;
    /** Whether it, or one above it, was cancelled, or its deadline has passed. */
    readonly isDone: boolean;
    /**
     * What `signal` aborts with: the error that `cancel` was given here or above, in this isolate; a DOMException `TimeoutError` after the deadline, otherwise
     * a DOMException `AbortError` that says the cause. `undefined` if the context is not over.
     */
    readonly reason: any;
    /** Throws `reason` if the context is over. */
    throwIfDone(): void;
    /** Aborts when the context is over: for `fetch`, and all that takes a signal. Always the same one. */
    readonly signal: AbortSignal;

    /**
     * Where the context is in its trace, as in the header: `00-<trace>-<span>-<flags>`. It is worked out when it is first
     * asked for: a span below that of the context above, or the beginning of a trace.
     */
    readonly traceparent: string;
    /** 32 hexadecimal digits. */
    readonly traceId: string;
    /** 16 hexadecimal digits. */
    readonly spanId: string;
    /** The span that this one is below; `undefined` at the beginning of a trace. */
    readonly parentSpanId: string | undefined;
    /** Whether the trace is recorded; of a trace that came from outside, as its beginner said. */
    readonly isSampled: boolean;
    /** What vendors have written beside the trace: the header as it goes out. */
    readonly tracestate: string | undefined;
    /** Names and values that go wherever the request goes. */
    readonly baggage: Baggage;
    /**
     * Takes over what headers say: `traceparent`, `tracestate`, `baggage`, `grpc-timeout` (which shrinks the deadline) and
     * `x-request-id` (the field `request.id`). What is not valid is left out.
     * @throws `ERR_CONTEXT_TRACE` if they have a trace and the context has one already; `ERR_CONTEXT_FULL` if there is no room.
     */
    extract(headers: HeadersLike): this;
    /** The headers that a request made for this context has; each such request should have a child of its own. */
    inject(): Headers;
    /** Puts them into headers in any of the forms that `extract` takes. */
    inject<H extends { set(name: string, value: string): void } | Request | Response | [string, string][] | Record<string, string>>(
      headers: H,
    ): H;

    /** The context for another process: fields, what is left of the deadline, trace. "flatbuffers" by default. */
    encode(format?: "flatbuffers" | "protobuf"): Uint8Array<ArrayBuffer>;
    /** A text, for people. Bytes are `{ "$bytes": "0102" }`, in hexadecimal digits. */
    encode(format: "json"): string;
    /**
     * The same into bytes that there are; how many it took.
     * @throws a RangeError, which says how many there would be, if it takes more.
     */
    encodeInto(bytes: Uint8Array, format?: "flatbuffers" | "protobuf"): number;
    /** For `JSON.stringify`; whole numbers beyond 2^53 keep their digits. */
    toJSON(): { traceparent: string; timeoutMs?: number; cause?: Cause; fields: Record<string, unknown> };
  }

  /** What `Context.batch` gives: an array of contexts. `using` ends them all. */
  export interface ContextBatch extends Array<Context>, Disposable {
    /** A field of each, in the contexts' order. */
    read<N extends keyof Fields>(name: N): (Fields[N] | undefined)[];
    read<T extends FieldValue = FieldValue>(name: string): (T | undefined)[];
    /**
     * Sets a field of each: to one value for all, or to those of an array.
     * @throws a RangeError if that is not as long as the batch; as `context.set`.
     */
    write<N extends string>(name: N, values: InputOf<N> | readonly InputOf<N>[]): this;
    /** Cancels them; how many were not over. */
    cancel(cause?: Cause | Error): number;
    /** Ends all handles. */
    dispose(): void;
  }

  /**
   * The baggage of a context: names and values that go with the request to whoever it calls. Contexts below have it until they
   * set their own. At most 64 members and 8,192 bytes together.
   */
  export interface Baggage extends Iterable<[name: string, value: string]> {
    get(name: string): string | undefined;
    has(name: string): boolean;
    /** What is said about a member: names and values; `true` for a property without a value. `undefined` without the member. */
    properties(name: string): Record<string, string | true> | undefined;
    /**
     * Puts a member in the place of all others with its name. Values may be any text.
     * @throws a TypeError with the code `ERR_BAGGAGE` for a name that is none, or beyond the limits; as `context.set`.
     */
    set(name: string, value: string, properties?: Readonly<Record<string, string | true>>): this;
    /** `false` if there was none. */
    delete(name: string): boolean;
    entries(): IterableIterator<[name: string, value: string]>;
    /** As the header has it. */
    toString(): string;
    toJSON(): Record<string, string>;
  }

  /** A value that asynchronous work carries along: `AsyncContext.Variable` of TC39. */
  export interface Variable<T> {
    readonly name: string;
    /** The value that the nearest `run` around this code gave it, also across awaits, timers and callbacks. */
    get(): T;
    run<A extends unknown[], R>(value: T, fn: (...args: A) => R, ...args: A): R;
  }
  export const Variable: {
    /** @param options `defaultValue` is what `get` gives outside of every `run`. */
    new <T>(options: { name?: string; defaultValue: T }): Variable<T>;
    new <T>(options?: { name?: string }): Variable<T | undefined>;
  };

  /** The values of all variables, and the current context, as they were when it was made: `AsyncContext.Snapshot` of TC39. */
  export class Snapshot {
    /** `fn`, as it has to be called later: with the values of now. */
    static wrap<F extends (...args: any[]) => unknown>(fn: F): F;
    run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R;
  }

  /** What the pool of all contexts of the process has done. */
  export interface PoolStatistics {
    /** Contexts that were created. */
    readonly created: number;
    /** Of those, how many in memory that another one had before. */
    readonly reused: number;
    /** `reused / created`, from 0 to 1. */
    readonly reuseRate: number;
    /** How many are alive, and the most that were at once. */
    readonly inUse: number;
    readonly highWater: number;
    /** How many can be: `--max-contexts`. */
    readonly capacity: number;
    /** Pages of fields that did not fit into the contexts' slots, and how many there are. */
    readonly pagesInUse: number;
    readonly pages: number;
    /** How large a slot is, and all of the memory, which is used as it is first written to. */
    readonly slotBytes: number;
    readonly regionBytes: number;
  }

  /** The memory that all contexts of the process come from. */
  export const pool: { statistics(): PoolStatistics };
}

// ---------------------------------------------------------------------------------------------------------------------
// Dependency injection

declare module "krepis:di" {
  // What these mark is only there for the compiler.
  const type: unique symbol;
  const made: unique symbol;
  const slot: unique symbol;

  /** A class that stands for its instances; it may be abstract. */
  export type Class<T> = abstract new (...args: any[]) => T;

  /** A service that has no class: `const Url = token<string>("Url")`. */
  export class Token<T> {
    private constructor();
    readonly name: string;
    readonly [type]: T;
  }

  /** @param options `default` is given where nothing is registered. */
  export function token<T>(name: string, options?: { default: T }): Token<T>;

  /**
   * The token of a service that the Rust program which embeds the runtime has exposed under this name. Every container
   * holds it. Its instance lives in Rust, as long as the scope it was got from; what is given is a handle to it.
   */
  export function native<T>(name: string): Token<T>;

  /**
   * The types of services that are named by strings or symbols. Extend it in your program:
   * `declare module "krepis:di" { interface Services { mailer: Mailer } }`
   */
  export interface Services {}

  /** What a service is asked for by. */
  export type Service = Token<any> | Class<any> | string | symbol;

  /** What several registrations of one service are told apart by. */
  export type ServiceKey = string | number | symbol;

  /** How a dependency is wanted: made by `optional`, `all`, `lazy` and `keyed`. */
  export interface Dependency<T> {
    readonly [type]: T;
  }

  /** What may stand in an `inject` array. */
  export type Injectable = Service | Dependency<any>;

  /** What is given for a service or dependency. */
  export type Resolved<D> = D extends { readonly [type]: infer T }
    ? T
    : D extends Class<infer T>
      ? T
      : D extends keyof Services
        ? Services[D]
        : any;

  /** What is given for an `inject` array, in its order. */
  export type ResolvedAll<D extends readonly Injectable[]> = { -readonly [I in keyof D]: Resolved<D[I]> };

  /** An instance, or `undefined` where nothing provides the service. */
  export function optional<const D extends Injectable>(service: D): Dependency<Resolved<D> | undefined>;
  /** An instance of every registration of the service, in their order. */
  export function all<const D extends Injectable>(service: D): Dependency<Resolved<D>[]>;
  /** The service, made when it is first read: two services may need each other if one of the two is lazy. */
  export function lazy<const D extends Injectable>(service: D): Dependency<Lazy<Resolved<D>>>;
  /** The service that is registered under a key. */
  export function keyed<const D extends Injectable>(service: D, key: ServiceKey): Dependency<Resolved<D>>;
  /** The key that the service was asked for under. */
  export const requestedKey: Dependency<any>;
  /** The key of registrations that answer for every key; `getAll(Service, ANY_KEY)` gives those of all keys. */
  export const ANY_KEY: unique symbol;

  /** A service that is made when it is first read. */
  export class Lazy<T> {
    private constructor();
    readonly value: T;
    get(): T;
    getAsync(): Promise<T>;
  }

  /** A class that says what its constructor takes: `static inject = [Db, Url] as const`. */
  export interface InjectableClass<T, D extends readonly Injectable[]> {
    new (...args: ResolvedAll<D>): T;
    readonly inject: D;
  }

  /** What `factory()` makes. */
  export interface Factory<T> {
    readonly [made]: T;
  }

  /** A factory and what it takes: `factory([Db, Url], (db, url) => ...)`. It may be async. */
  export function factory<const D extends readonly Injectable[], T>(
    inject: D,
    make: (...args: ResolvedAll<D>) => T,
    options?: { async?: boolean },
  ): Factory<Awaited<T>>;
  export function factory<T>(make: () => T): Factory<Awaited<T>>;

  /** What can stand behind a service. A function that is no class is a factory. */
  export type Implementation<T> =
    | (new () => T)
    | (() => T | Promise<T>)
    | Factory<T>
    | { readonly class: new (...args: any[]) => T; readonly inject?: readonly Injectable[] }
    | {
        readonly factory: (...args: any[]) => T | Promise<T>;
        readonly inject?: readonly Injectable[];
        /** For functions that return promises without being `async` functions. */
        readonly async?: boolean;
      }
    | { readonly value: T }
    | { readonly alias: Injectable };

  export type Lifetime = "singleton" | "scoped" | "transient";

  export interface RegistrationOptions<T = any> {
    key?: ServiceKey;
    lifetime?: Lifetime;
    /** How an instance is disposed; `false` for not at all. By default by its `Symbol.dispose` or `Symbol.asyncDispose`. */
    dispose?: false | ((instance: T) => void | Promise<void>);
    /** Whether the registration counts: asked at build(), about registrations that have no condition themselves. */
    when?: (registry: { has(service: Service, key?: ServiceKey): boolean }) => boolean;
    /** Counts only if nothing else is registered for the service. */
    ifAbsent?: boolean;
  }

  export interface InjectableOptions<T = any> extends RegistrationOptions<T> {
    /** The service that `add()` registers the class for; by default the class itself. */
    as?: Service;
  }

  /** A decorator for classes that `container.add()` registers. */
  export function injectable<const D extends readonly Injectable[]>(
    options: InjectableOptions & { inject: D },
  ): <T>(target: new (...args: ResolvedAll<D>) => T, context: ClassDecoratorContext) => void;
  export function injectable(options?: InjectableOptions): (target: Class<any>, context: ClassDecoratorContext) => void;

  /** The service, for what is being made: in field initialisers, parameter defaults and factories. */
  export function inject<const D extends Injectable>(service: D, key?: ServiceKey): Resolved<D>;
  export function inject<T>(service: string | symbol, key?: ServiceKey): T;

  /** Where a service is, looked up once: `container.at(key)` is the fastest way to an instance. */
  export interface Key<T> {
    readonly [slot]: T;
  }

  interface Resolver extends Disposable, AsyncDisposable {
    /** The instance that the last registration of the service gives. */
    get<const D extends Injectable>(service: D, key?: ServiceKey): Resolved<D>;
    get<T>(service: string | symbol, key?: ServiceKey): T;
    /** The same, or `undefined` where nothing provides the service. */
    tryGet<const D extends Injectable>(service: D, key?: ServiceKey): Resolved<D> | undefined;
    tryGet<T>(service: string | symbol, key?: ServiceKey): T | undefined;
    /** An instance of every registration of the service, in their order. */
    getAll<const D extends Injectable>(service: D, key?: ServiceKey): Resolved<D>[];
    getAll<T>(service: string | symbol, key?: ServiceKey): T[];
    /** As `get`, for services with async factories too. */
    getAsync<const D extends Injectable>(service: D, key?: ServiceKey): Promise<Resolved<D>>;
    getAsync<T>(service: string | symbol, key?: ServiceKey): Promise<T>;
    tryGetAsync<const D extends Injectable>(service: D, key?: ServiceKey): Promise<Resolved<D> | undefined>;
    tryGetAsync<T>(service: string | symbol, key?: ServiceKey): Promise<T | undefined>;
    /** Whether something provides the service. */
    has(service: Service, key?: ServiceKey): boolean;
    /** As `get`, by a key that `container.key()` made. */
    at<T>(key: Key<T>): T;
    /** A scope below. `values` are those of services registered with `scopeValue`. */
    createScope<const S extends readonly Service[] = []>(options?: {
      values?: { readonly [I in keyof S]: readonly [S[I], Resolved<S[I]>] };
    }): Scope;
    readonly disposed: boolean;
    /**
     * Disposes the scopes below, the newest first, then its own instances in reverse order of creation. An error is
     * thrown after the rest was disposed; several as an AggregateError.
     */
    dispose(): void;
    disposeAsync(): Promise<void>;
  }

  /** The instances of one request, job or test. As a dependency it means the scope that something is made in. */
  export abstract class Scope implements Resolver {
    /** Gives the scope the value of a service that was registered with `scopeValue`. */
    provide<const S extends Service>(service: S, value: Resolved<S>): this;
  }
  export interface Scope extends Resolver {}

  /** A set of registrations. */
  export type Module = ((container: Container) => void) | { register(container: Container): void };

  export type ProblemKind = "missing service" | "cycle" | "captive dependency" | "async behind sync";

  export interface Problem {
    kind: ProblemKind;
    /** The registrations that it involves, by name. */
    services: string[];
    message: string;
  }

  /** A replacement that lasts until it is disposed, together with those made after it. */
  export interface Override extends Disposable, AsyncDisposable {
    restore(): void;
  }

  /** Which overrides there were when it was taken. */
  export interface Snapshot {
    readonly [made]: Container;
  }

  /** Registers services until it is built, then gives them. As a dependency it means the container itself. */
  export class Container implements Resolver {
    /** One instance for the container. */
    singleton<T, const D extends readonly Injectable[]>(service: InjectableClass<T, D>, options?: RegistrationOptions<T>): this;
    singleton<T>(service: new () => T, options?: RegistrationOptions<T>): this;
    singleton<const S extends Service, const D extends readonly Injectable[]>(
      service: S,
      implementation: InjectableClass<Resolved<S>, D>,
      options?: RegistrationOptions<Resolved<S>>,
    ): this;
    singleton<const S extends Service>(
      service: S,
      implementation: Implementation<Resolved<S>>,
      options?: RegistrationOptions<Resolved<S>>,
    ): this;

    /** One instance for each scope. */
    scoped<T, const D extends readonly Injectable[]>(service: InjectableClass<T, D>, options?: RegistrationOptions<T>): this;
    scoped<T>(service: new () => T, options?: RegistrationOptions<T>): this;
    scoped<const S extends Service, const D extends readonly Injectable[]>(
      service: S,
      implementation: InjectableClass<Resolved<S>, D>,
      options?: RegistrationOptions<Resolved<S>>,
    ): this;
    scoped<const S extends Service>(
      service: S,
      implementation: Implementation<Resolved<S>>,
      options?: RegistrationOptions<Resolved<S>>,
    ): this;

    /** A new instance each time. */
    transient<T, const D extends readonly Injectable[]>(service: InjectableClass<T, D>, options?: RegistrationOptions<T>): this;
    transient<T>(service: new () => T, options?: RegistrationOptions<T>): this;
    transient<const S extends Service, const D extends readonly Injectable[]>(
      service: S,
      implementation: InjectableClass<Resolved<S>, D>,
      options?: RegistrationOptions<Resolved<S>>,
    ): this;
    transient<const S extends Service>(
      service: S,
      implementation: Implementation<Resolved<S>>,
      options?: RegistrationOptions<Resolved<S>>,
    ): this;

    /** A value, which the container does not dispose. */
    instance<const S extends Service>(service: S, value: Resolved<S>, options?: RegistrationOptions): this;
    /** Another name: gives the very instance of `target`. */
    alias<const S extends Service>(service: S, target: Service | Dependency<Resolved<S>>, options?: RegistrationOptions): this;
    /** A value that whoever creates a scope provides. */
    scopeValue(service: Service, options?: RegistrationOptions): this;
    /** Classes with `@injectable`. */
    add(...classes: Class<any>[]): this;
    add(...classesAndOptions: [...Class<any>[], InjectableOptions]): this;
    /** Wraps every registration of a service; the decorator that is added last is the outermost. */
    decorate<const S extends Service, const D extends readonly Injectable[] = []>(
      service: S,
      decorator:
        | ((inner: Resolved<S>, ...dependencies: ResolvedAll<D>) => Resolved<S> | Promise<Resolved<S>>)
        | (new (inner: Resolved<S>, ...dependencies: ResolvedAll<D>) => Resolved<S>),
      dependencies?: D,
      options?: Pick<RegistrationOptions<Resolved<S>>, "key" | "dispose"> & { async?: boolean },
    ): this;
    use(...modules: Module[]): this;

    /** Checks all registrations; throws a `ServiceError` that names every problem. */
    build(): this;
    /** The same, and makes async singletons, so that others may depend on them and `get` gives them. */
    buildAsync(): Promise<this>;
    /** The problems that build() would throw. */
    validate(): Problem[];
    /** @param options whether async singletons count as ready, for a container that is not built yet. */
    graph(options?: { async?: boolean }): ServiceGraph;

    key<const S extends Service>(service: S, key?: ServiceKey): Key<Resolved<S>>;

    /** Replaces a service for a while, for tests: `using _ = container.override(Db, { value: fake })`. */
    override<const S extends Service>(
      service: S,
      implementation: Implementation<Resolved<S>> | InjectableClass<Resolved<S>, readonly Injectable[]>,
      options?: RegistrationOptions<Resolved<S>>,
    ): Override;
    snapshot(): Snapshot;
    /** Ends the overrides made since the snapshot. */
    restore(snapshot: Snapshot): void;
  }
  export interface Container extends Resolver {}

  export interface ServiceGraph {
    readonly nodes: readonly {
      id: number;
      name: string;
      service: string;
      key: string | null;
      lifetime: Lifetime;
      async: boolean;
      hidden: boolean;
      note: string | null;
      origin: string | null;
    }[];
    readonly edges: readonly { from: number; to: number; need: "one" | "optional" | "all" | "lazy" }[];
    readonly unprovided: readonly { from: number; service: string; key: string | null; need: string }[];
    readonly problems: readonly { kind: string; nodes: number[]; message: string }[];
    /** All problems in words; empty if there are none. */
    readonly report: string;
    toJSON(): object;
    toString(options?: { colors?: boolean }): string;
    /** For Graphviz. */
    toDot(): string;
    /** For Markdown. */
    toMermaid(): string;
    /** A page with the picture. */
    toHtml(title?: string): string;
  }

  export type ServiceErrorCode =
    | "ERR_DI_ASYNC_DISPOSAL"
    | "ERR_DI_BUILT"
    | "ERR_DI_CAPTIVE"
    | "ERR_DI_CYCLE"
    | "ERR_DI_DISPOSED"
    | "ERR_DI_INVALID"
    | "ERR_DI_MISSING"
    | "ERR_DI_NOT_BUILT"
    | "ERR_DI_NOT_PROVIDED"
    | "ERR_DI_NOT_READY"
    | "ERR_DI_NO_CONTEXT"
    | "ERR_DI_REGISTRATION"
    | "ERR_DI_SCOPED_FROM_ROOT"
    | "ERR_DI_TOKEN";

  export class ServiceError extends Error {
    readonly code: ServiceErrorCode;
    /** Of `ERR_DI_INVALID`. */
    readonly problems?: Problem[];
    /** Of `ERR_DI_INVALID`: the graph that was refused. */
    readonly graph?: ServiceGraph;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Routes and messages

declare module "krepis:mycelia" {
  // ---- parameters, from the text of a pattern ----

  /** What a name in braces cannot begin with: such braces belong to an expression. */
  type NoName = "/" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "," | " ";

  /** The constraint and the mark of a parameter taken off: `id:int?` gives `[id, optional]`. */
  type Named<Inner extends string> = Inner extends `${infer Name}?`
    ? [Name extends `${infer Before}:${string}` ? Before : Name, true]
    : [Inner extends `${infer Before}:${string}` ? Before : Inner, false];

  /** Takes what is in braces out of a pattern: `[what is left, names, names of optional ones]`. */
  type WithoutBraces<P extends string, Left extends string = "", Names = never, Maybe = never> =
    P extends `${infer Before}{${infer Rest}`
      ? Before extends `${string}\\`
        ? WithoutBraces<Rest, `${Left}${Before}`, Names, Maybe>
        : Rest extends `${infer Name}:(${infer Behind}`
          ? Name extends `${string}}${string}`
            ? Braced<Rest, `${Left}${Before}`, Names, Maybe>
            : Behind extends `${string})?}${infer After}`
              ? Behind extends `${string})}${infer Sooner}`
                ? Sooner extends `${string})?}${string}`
                  ? WithoutBraces<Sooner, `${Left}${Before}.`, Names | Name, Maybe>
                  : WithoutBraces<After, `${Left}${Before}.`, Names, Maybe | Name>
                : WithoutBraces<After, `${Left}${Before}.`, Names, Maybe | Name>
              : Behind extends `${string})}${infer After}`
                ? WithoutBraces<After, `${Left}${Before}.`, Names | Name, Maybe>
                : [Left, Names | Name, Maybe]
          : Braced<Rest, `${Left}${Before}`, Names, Maybe>
      : [`${Left}${P}`, Names, Maybe];

  /** The same, behind a brace, where no expression follows. */
  type Braced<Rest extends string, Left extends string, Names, Maybe> = Rest extends `${infer Inner}}${infer After}`
    ? Inner extends `${NoName}${string}`
      ? WithoutBraces<After, Left, Names, Maybe>
      : Named<Inner> extends [infer Name, infer IsOptional]
        ? IsOptional extends true
          ? WithoutBraces<After, `${Left}.`, Names, Maybe | Name>
          : WithoutBraces<After, `${Left}.`, Names | Name, Maybe>
        : never
    : [Left, Names, Maybe];

  /** The names of wildcards, `*rest`, in a pattern without braces; those without a name are left out. */
  type Wildcards<P extends string, IsOptional extends boolean> = P extends `${infer Segment}/${infer Rest}`
    ? Wildcard<Segment, IsOptional> | Wildcards<Rest, IsOptional>
    : Wildcard<P, IsOptional>;
  type Wildcard<Segment extends string, IsOptional extends boolean> = Segment extends `*${infer Name}`
    ? Name extends `${infer Short}?`
      ? IsOptional extends true ? Exclude<Short, ""> : never
      : IsOptional extends true ? never : Exclude<Name, "">
    : never;

  type Simplified<T> = { [N in keyof T]: T[N] };

  /**
   * The parameters of a pattern: `ParamsOf<"orders://{id:int}/{file?}">` is `{ readonly id: string; readonly file?: string }`.
   * Where the pattern is not known to the compiler, any name may be there.
   */
  export type ParamsOf<P extends string> = string extends P
    ? { readonly [name: string]: string }
    : WithoutBraces<P> extends [infer Left extends string, infer Names extends string, infer Maybe extends string]
      ? Simplified<
          { readonly [N in Names | Wildcards<Left, false>]: string } & { readonly [N in Maybe | Wildcards<Left, true>]?: string }
        >
      : never;

  // ---- route tables ----

  /** How a table reads paths. */
  export interface RouterOptions {
    /** Whether `%20` in a path is compared as the character it stands for; `%2F` is not. Captured texts stay as they are. */
    percentDecoding?: boolean;
    /** Whether one slash at the end of a path counts: "strict" by default. */
    trailingSlash?: "strict" | "ignore";
    /** Whether ASCII letters are the same in both cases; those of captured texts stay as they are. */
    ignoreCase?: boolean;
  }

  export interface Match<T> {
    readonly value: T;
    /** What the parameters took. An optional one that took nothing is not there. */
    readonly params: { readonly [name: string]: string };
  }

  /** Two patterns that can take the same path. */
  export interface Overlap {
    /** The one that is tried first. */
    first: string;
    second: string;
    /** A path that both take; `null` if a constraint of the program hides it. */
    path: string | null;
  }

  /** A part of the tree of a table. */
  export interface RouteTree {
    /** Segments as they are written, with slashes between them. */
    text: string;
    /** The pattern that ends here. */
    pattern: string | null;
    /** What comes behind a slash, in the order in which it is tried. */
    branches: RouteTree[];
  }

  /** All that there is to know about a table. */
  export interface RouterDescription<T> {
    kind: "router";
    options: Readonly<Required<RouterOptions>>;
    routes: { pattern: string; value: T }[];
    overlaps: Overlap[];
    tree: RouteTree[];
    /** The compiled table, as docs/mycelia-layout.md has it. */
    plan: object;
  }

  /** A route table: patterns such as `/users/{id:int}`, `files://{name}.{ext}`, `/docs/*path`, and what they lead to. */
  export class Router<T = unknown> {
    /** @throws TypeError `ERR_INVALID_ARG_VALUE` for options that are none. */
    constructor(options?: RouterOptions);
    readonly options: Readonly<Required<RouterOptions>>;
    /** How many patterns there are. */
    readonly size: number;
    /**
     * The best route for a path, or `null`. Text comes before constrained parameters, these before others, and wildcards last;
     * what leads nowhere is gone back on. The time is linear in the path's length.
     */
    readonly at: (path: string) => Match<T> | null;
    /** All routes that take a path, best first. */
    matchesAll(path: string): Match<T>[];
    /**
     * @throws `ERR_ROUTE_PATTERN` if it is none, with the place; `ERR_ROUTE_DUPLICATE`; `ERR_ROUTE_CONFLICT` if another pattern
     * takes the same paths with the same priority, with both.
     */
    insert(pattern: string, value: T): this;
    /** The value of a pattern that is taken out; `undefined` where there is none. */
    remove(pattern: string): T | undefined;
    /** Adds all patterns and constraints of another table, or none of them. @throws as `insert`. */
    merge(other: Router<T>): this;
    has(pattern: string): boolean;
    get(pattern: string): T | undefined;
    [Symbol.iterator](): MapIterator<[pattern: string, value: T]>;
    /**
     * Defines a constraint for patterns that are inserted from now on: `{n:even}`. It holds if `check` returns `true`.
     * @throws `ERR_ROUTE_CONSTRAINT` if the name is taken. `uuid`, `uint`, `int`, `hex`, `alpha`, `alnum` and `slug` are.
     */
    constraint(name: string, check: (text: string) => boolean): this;
    /** Pairs of patterns that take the same paths. */
    overlaps(): Overlap[];
    /** Makes the table's code now; else that happens after some dozens of paths. */
    compile(): this;
    /** All that there is to know about the table, for a picture of it: `krepis routes` draws one. */
    describe(): RouterDescription<T>;
    /** The patterns as a tree, in the order in which they are tried. */
    toString(): string;
  }

  // ---- messages ----

  /** Messages in line are handled by priority, the urgent ones first; of one priority in the order in which they came. */
  export type Priority = "urgent" | "high" | "normal" | "low";

  /** What `typeof` gives, "null" and "array", and what they stand for. "object" is not `null`. */
  interface BodyTypes {
    string: string;
    number: number;
    bigint: bigint;
    boolean: boolean;
    undefined: undefined;
    object: object;
    function: Function;
    symbol: symbol;
    null: null;
    array: unknown[];
  }

  /**
   * What a handler gets. It can be read until the handler is done, or its promise settled; from then on everything but printing
   * it throws `ERR_MESSAGE_RELEASED`, since its memory has another message.
   */
  export interface Message<Body = unknown, Params = { readonly [name: string]: any }> {
    /** Names the message among all of its kernel, and is not used again. */
    readonly id: number;
    /** The name of the subsystem that handles it. */
    readonly subsystem: string;
    /** The pattern that took it. */
    readonly route: string;
    /** The address, or the topic, that it was sent to. */
    readonly address: string;
    readonly params: Params;
    /** The very object that was sent, not a copy; a copy if it was sent in another isolate. */
    readonly body: Body;
    readonly priority: Priority;
    readonly key: unknown;
    /** Until when its sender waits; `undefined` if that is for ever. */
    readonly deadline: Date | undefined;
    /** Whether its sender asked, and so gets the reply. */
    readonly wantsReply: boolean;
    /** Whether its sender asked, and has gone: nobody waits for the reply any more. */
    readonly isAbandoned: boolean;
    /** Aborts when its sender asked and goes, with the error that the sender got; and when the kernel is shut down. */
    readonly signal: AbortSignal;
    /** The headers of a message that came by NATS, their names in lower case; none otherwise. */
    readonly headers: { readonly [name: string]: string };
    /** The sender's context, which is also `Context.current()` in the handler. */
    readonly context: import("krepis:context").Context | undefined;
    /** Whether the body is of a type: a name as `typeof` gives it, "null", "array", or a class. */
    is<T extends keyof BodyTypes>(type: T): this is Message<BodyTypes[T], Params>;
    is<T>(type: abstract new (...args: any[]) => T): this is Message<T, Params>;
    toJSON(): { id: number; address: string; route: string; params: Params; body: Body; priority: Priority; key: unknown };
  }

  /** Handles messages. What it returns, or its promise gives, is the reply; what it throws, whoever asked gets. */
  export type Handler<Body = any, Params = any> = (message: Message<Body, Params>) => unknown;

  /** Sees messages around their handlers. Each method can be async; of several interceptors the first is the outermost. */
  export interface Interceptor {
    /** What it throws is the failure of the message, which is then not handled. */
    before?(message: Message<any>): void | Promise<void>;
    /** What it returns is the reply; the reply stays where that is `undefined`. */
    after?(message: Message<any>, reply: any): unknown;
    /** What it returns is the reply in place of the failure; the failure stays where that is `undefined`. */
    error?(message: Message<any>, error: any): unknown;
  }

  // ---- sending ----

  export interface BatchOptions {
    /** "normal" by default. */
    priority?: Priority;
    /** Messages of one key are handled one after the other, in order, whatever the concurrency of their subsystem. */
    key?: unknown;
  }

  export interface SendOptions extends BatchOptions {
    /** For how many milliseconds it is not handled. */
    delay?: number;
    /** Until when it is not handled: a Date, or milliseconds since the epoch. */
    at?: Date | number;
    /** How many milliseconds after its delay it is not worth handling any more: then it is a dead letter, "expired". */
    timeout?: number;
    /** To another isolate: `ArrayBuffer`s of the body that move there instead of being copied. */
    transfer?: readonly ArrayBuffer[];
    /** To a mounted subsystem: headers that go with the message. */
    headers?: { readonly [name: string]: string };
  }

  export interface AskOptions extends SendOptions {
    /** How many milliseconds the reply is waited for: then the question fails with `ERR_ASK_TIMEOUT`. For ever by default. */
    timeout?: number;
    /** Ends waiting: the question fails with the signal's reason. If it was not handled yet, it will not be. */
    signal?: AbortSignal;
  }

  /**
   * An address that was looked up: `send` needs no look at the route table, and takes half the time. Its messages share their
   * `params`, which cannot be changed.
   */
  export interface Target {
    readonly address: string;
    send(body?: unknown, options?: SendOptions): number | undefined;
    sendAsync(body?: unknown, options?: SendOptions): Promise<number | undefined>;
    sendBatch(bodies: Iterable<unknown>, options?: BatchOptions): number;
    ask<Reply = unknown, Body = unknown>(body?: Body, options?: AskOptions): Promise<Reply>;
  }

  // ---- subsystems ----

  /** What follows a failure. Whatever it is, the message is a dead letter, and whoever asked gets the error. */
  export interface Supervision {
    /**
     * "resume", the default, goes on with the next message; "restart" does so after a rest, and once the hooks of `onRestart`
     * are done; "stop" makes dead letters of what waits.
     */
    onError?: "resume" | "restart" | "stop";
    /** How long the first rest is, in milliseconds, 10 by default: each further one within `within` twice as long. */
    backoff?: number;
    /** How long a rest is at most, in milliseconds: 10,000 by default. */
    maxBackoff?: number;
    /** How often it restarts within `within` before it is stopped: 10 by default, or `Infinity`. */
    maxRestarts?: number;
    /** How long a restart counts, in milliseconds: 60,000 by default. */
    within?: number;
  }

  export interface SubsystemOptions {
    /** How many messages wait at most, delayed ones among them: 1,024 by default, up to 1,048,576. */
    capacity?: number;
    /**
     * What happens when so many wait. "wait", the default, has `ask` and `sendAsync` wait for room, and `send` fail with
     * `ERR_QUEUE_FULL`; "reject" has all of them fail; "drop-oldest" makes a dead letter of the oldest of the lowest priority.
     */
    overflow?: "wait" | "reject" | "drop-oldest";
    /** How many messages are handled at the same time, with async handlers: 1 by default, or `Infinity`. */
    concurrency?: number;
    supervision?: Supervision;
  }

  /** "resting" is between a failure and the restart that follows. */
  export type Status = "active" | "paused" | "resting" | "stopped";

  /** All counts are since the beginning. `accepted` is the sum of those of the endings, and of `present`. */
  export interface SubsystemStats {
    name: string;
    status: Status;
    accepted: number;
    /** Not taken: their senders got an error. */
    rejected: number;
    handled: number;
    failed: number;
    /** Their deadline had passed before they were handled. */
    expired: number;
    /** The context of their sender was cancelled before they were handled. */
    cancelled: number;
    /** Taken back by their senders. */
    withdrawn: number;
    /** For want of room, by "drop-oldest". */
    dropped: number;
    /** Their handler was taken away. */
    unhandled: number;
    /** They waited when the subsystem was stopped. */
    discarded: number;
    /** They were being handled when the kernel was shut down. */
    lost: number;
    /** `waiting` and `running` together. */
    present: number;
    /** In line, delayed ones among them. */
    waiting: number;
    running: number;
    delayed: number;
    /** The most that ever waited. */
    highWater: number;
    capacity: number;
    restarts: number;
  }

  /** A part of a kernel with a line of its own. */
  export interface Subsystem {
    readonly name: string;
    readonly status: Status;
    /** Handles the messages for `name://route`. @throws as `Kernel.on`. */
    on<const R extends string, Body = any>(route: R, handler: (message: Message<Body, ParamsOf<R>>) => unknown): this;
    /** Takes a handler away; what waits for it becomes dead letters. Whether there was one. */
    off(route: string): boolean;
    /** Handles what is published on topics of a pattern; a function that ends that. */
    subscribe<const P extends string, Body = any>(
      topics: P,
      handler: (message: Message<Body, ParamsOf<P>>) => unknown,
    ): () => boolean;
    /** Looks at every message around its handler, inside of the kernel's interceptors. */
    intercept(interceptor: Interceptor): this;
    /** Calls `hook` before the subsystem goes on after a failure, and waits for its promise; a failure is the next one. */
    onRestart(hook: () => unknown): this;
    /** Handles nothing more until `resume()`; messages are taken. */
    pause(): void;
    /** Goes on after `pause()`, or before a rest is over. */
    resume(): void;
    /** Takes nothing more, and makes dead letters of what waits; what is being handled comes to its end. */
    stop(): void;
    /** Starts again after it was stopped or gave up, calls the hooks, and counts failures anew. */
    restart(): void;
    stats(): SubsystemStats;
  }

  // ---- dead letters ----

  export type DeadLetterReason =
    | "failed"
    | "expired"
    | "cancelled"
    | "dropped"
    | "no-handler"
    | "stopped"
    | "shutdown"
    | "refused"
    | "lost";

  /** A message that nobody handled, or whose handler failed. */
  export interface DeadLetter {
    readonly id: number | undefined;
    readonly address: string;
    readonly subsystem: string;
    readonly body: any;
    readonly key: unknown;
    readonly priority: Priority;
    readonly reason: DeadLetterReason;
    /** Of "failed": what the handler threw. */
    readonly error: any;
    readonly time: Date;
  }

  // ---- workers ----

  /** What the default export of a worker's module gets besides the kernel. */
  export interface WorkerInfo<Data = any> {
    /** The number of the worker, from 0. */
    worker: number;
    /** What `workers()` was called with. */
    data: Data;
  }

  export interface WorkerExit {
    worker: number;
    /** The text of the error that it ended with; `undefined` if it ended by itself. */
    error: string | undefined;
    code: number;
    /** In how many milliseconds it is started again; `undefined` if it is not, after ten ends in a row. */
    restartsIn: number | undefined;
  }

  export interface WorkersOptions {
    /** For the module: whatever JSON can say. */
    data?: unknown;
    /** Told when a worker ends that was not stopped. Without it that is printed. */
    onExit?: (exit: WorkerExit) => void;
  }

  /** Isolates on threads of their own that share the messages for their subsystems. */
  export interface Workers extends AsyncDisposable {
    /** How many are running. */
    readonly alive: number;
    readonly subsystems: { name: string; routes: string[] }[];
    /** Has them finish what they have begun, for up to five seconds; what they have not becomes dead letters. */
    stop(): Promise<void>;
  }

  // ---- NATS ----

  /** A stream, in which messages stay until they were handled. Times are in milliseconds. */
  export interface JetStreamOptions {
    stream: string;
    /** Whether stream and consumer are made if they are not there: `true` by default. */
    create?: boolean;
    /** How long messages stay: "workqueue", until they were handled, by default. */
    retention?: "workqueue" | "interest" | "limits";
    /** Whether the stream does not outlive its server: `false` by default. */
    inMemory?: boolean;
    /** How many servers have it: 1 by default. */
    replicas?: number;
    /** Older messages are thrown away, handled or not. */
    maxAge?: number;
    maxBytes?: number;
    /** After so long without a word a message is delivered again: 30,000 by default. Handlers may take longer. */
    ackWait?: number;
    /** How many messages can be out at once, in all processes: 1,000 by default. */
    maxAckPending?: number;
    /** How often a message is delivered before it is given up: 5 by default. */
    maxDeliveries?: number;
    /** How long a message rests after its first failure, then twice as long each time, up to a minute: 1,000 by default. */
    retryDelay?: number;
    /** The prefix of the subjects of messages that were given up, in the stream `${stream}_DEAD`; `null` for none: "dead" by default. */
    deadLetters?: string | null;
  }

  export interface MountOptions {
    /** What subjects begin with: nothing by default. */
    prefix?: string;
    /** The processes that share the work: "krepis" by default. */
    queue?: string;
    /** What this connection is called by the server. */
    name?: string;
    user?: string;
    password?: string;
    token?: string;
    /** Whether nothing but TLS will do: `false` by default. */
    tls?: boolean;
    /** Files in PEM form: certificates to trust, and this client's own with its key. */
    ca?: string;
    cert?: string;
    key?: string;
    /** Has messages stay in a stream until they were handled: its name, or more. Without it they go at most once. */
    jetstream?: string | JetStreamOptions;
    /** How long an answer, or the word of a stream, is waited for, in milliseconds: 10,000 by default. */
    timeout?: number;
    /** How many messages for the other side wait here: 1,024 by default. */
    capacity?: number;
    overflow?: "wait" | "reject" | "drop-oldest";
    /** How many messages are on their way at once, in each direction: 256 by default. */
    inFlight?: number;
    /** How many more are kept here that came without a stream; others are refused, and askers told: 1,024 by default. */
    pending?: number;
  }

  /** A subsystem that is in other processes as well. */
  export interface Mount extends AsyncDisposable {
    readonly subsystem: string;
    readonly status: "connected" | "reconnecting" | "closed";
    /** Its numbers in the text format of Prometheus. */
    prometheus(): string;
    /** Takes nothing more from there; when what was taken is handled, answered and acknowledged. */
    stopServing(): Promise<void>;
    /** As `stopServing`; then the connection ends, when what was sent is there. */
    close(): Promise<void>;
    readonly isClosed: boolean;
  }

  // ---- the kernel ----

  export interface KernelOptions {
    /** How many dead letters are kept, the last ones: 1,024 by default, up to 1,048,576. */
    deadLetters?: number;
    /** Told of every dead letter at once. Without it, the first ten failures that no asker hears of are printed. */
    onDeadLetter?: (letter: DeadLetter) => unknown;
  }

  export interface KernelStats {
    subsystems: { [name: string]: SubsystemStats };
    pool: {
      /** How many messages the kernel has memory for. */
      poolSize: number;
      created: number;
      /** How many messages had the memory of one before. */
      reused: number;
      reuseRate: number;
    };
    deadLetters: {
      total: number;
      /** Those that newer ones displaced. */
      forgotten: number;
      replayed: number;
      kept: number;
    };
  }

  export interface KernelDescription extends Omit<RouterDescription<never>, "kind" | "routes"> {
    kind: "kernel";
    subsystems: { name: string; capacity: number; overflow: "wait" | "reject" | "drop-oldest"; concurrency: number }[];
    routes: { pattern: string; subsystem: string; kind: "handler" | "subscriber"; value: Handler }[];
  }

  /** A message that is sent again and again, until this is stopped. */
  export interface Schedule extends Disposable {
    readonly isActive: boolean;
    stop(): void;
  }

  /**
   * Takes messages from senders to handlers by their addresses, `subsystem://route`, in this isolate.
   *
   * Senders fail with a `KernelError`: `ERR_ADDRESS`, `ERR_NO_HANDLER`, `ERR_QUEUE_FULL`, `ERR_SUBSYSTEM_STOPPED` or
   * `ERR_KERNEL_CLOSED`; and with a TypeError `ERR_INVALID_ARG_VALUE` for options that are none.
   */
  export class Kernel implements AsyncDisposable {
    constructor(options?: KernelOptions);

    /**
     * The subsystem of a name, made if there is none: letters, digits, `-`, `_` and `.`.
     * @throws `ERR_SUBSYSTEM_EXISTS` if there are options for one that there is: they belong to where it is first named.
     */
    subsystem(name: string, options?: SubsystemOptions): Subsystem;
    /**
     * Handles the messages for addresses of a pattern, `subsystem://route`. The types of `message.params` come from the pattern;
     * that of the body from the handler: `(message: Message<Order>) => ...`.
     * @throws `ERR_ADDRESS`, `ERR_ROUTE_PATTERN`, `ERR_ROUTE_DUPLICATE`, `ERR_ROUTE_CONFLICT`.
     */
    on<const P extends string, Body = any>(pattern: P, handler: (message: Message<Body, ParamsOf<P>>) => unknown): this;
    /** Takes a handler away; what waits for it becomes dead letters. Whether there was one. */
    off(pattern: string): boolean;
    /** Defines a constraint for patterns: see `Router.constraint`. */
    constraint(name: string, check: (text: string) => boolean): this;
    /** Looks at every message around its handler, outside of the interceptors of subsystems. */
    intercept(interceptor: Interceptor): this;
    /** The patterns that have handlers, and those that have subscribers. */
    routes(): { pattern: string; subsystem: string; kind: "handler" | "subscriber" }[];
    /** Pairs of handlers' patterns that take the same addresses. */
    overlaps(): Overlap[];
    /** All that there is to know about the addresses, for a picture of them: `krepis routes` draws one. */
    describe(): KernelDescription;

    /** Sends a message, one way, now; its id, if it is handled in this isolate. */
    send(address: string, body?: unknown, options?: SendOptions): number | undefined;
    /**
     * The same, once there is room for it. For a mounted subsystem: done when NATS has it, with JetStream when it is stored; it
     * fails if that cannot be.
     */
    sendAsync(address: string, body?: unknown, options?: SendOptions): Promise<number | undefined>;
    /**
     * Asks; the reply. It fails with what the handler threw; with `ERR_ASK_TIMEOUT`; with `ERR_MESSAGE_LOST`, whose `reason` is
     * that of the dead letter; or as `send` does.
     */
    ask<Reply = unknown, Body = unknown>(address: string, body?: Body, options?: AskOptions): Promise<Reply>;
    /** Sends many messages to one address; how many. An error says how many were `accepted`, and has the `rest`. */
    sendBatch(address: string, bodies: Iterable<unknown>, options?: BatchOptions): number;
    /**
     * Sends pairs of an address and a body, all of which have handlers, or none is sent; how many. Each subsystem handles its own
     * one after the other, in this order. An error says how many were `accepted`, and has the `rest`.
     */
    sendSequence(messages: Iterable<readonly [address: string, body?: unknown]>): number;
    /** Takes a message back that nobody has begun to handle; whether it was. A question is taken back by its `signal`. */
    cancel(id: number | undefined): boolean;
    /** An address that messages are sent to. @throws if nobody handles it. */
    target(address: string): Target;

    /**
     * Starts isolates on threads of their own, up to 256, that run a module: a URL, or a path from the current folder. Its default
     * export is a function of a kernel that registers handlers; all of them share the messages for these. A worker that ends is
     * started again. When all are ready.
     * @throws `ERR_WORKER_FAILED` if one is not.
     */
    workers(count: number, module: string | URL, options?: WorkersOptions): Promise<Workers>;
    /**
     * Has a subsystem, `"orders://"`, in other processes as well, by way of NATS: what is sent to its addresses goes there; what
     * comes from there is for the handlers that it has here by now. When it is connected.
     * @throws `ERR_NATS`, with what went wrong; `ERR_SUBSYSTEM_EXISTS` if workers handle it.
     */
    mount(address: string, url: string, options?: MountOptions): Promise<Mount>;
    /** The kernel that a Rust program shares with the programs it runs; `undefined` if it does not. */
    static readonly host: Kernel | undefined;

    /**
     * Handles what is published on topics of a pattern; a function that ends that. The handler belongs to a subsystem,
     * "subscriptions" by default, with its line and concurrency.
     */
    subscribe<const P extends string, Body = any>(
      topics: P,
      handler: (message: Message<Body, ParamsOf<P>>) => unknown,
      options?: { subsystem?: string },
    ): () => boolean;
    /** Sends to all that subscribed to a topic: how many took it, and how many could not. */
    publish(topic: string, body?: unknown): { delivered: number; refused: number };

    /**
     * Sends a message every `interval` milliseconds. A body that is a function is called for each. What is refused then is left
     * out. It keeps the program alive.
     */
    every(interval: number, address: string, body?: unknown, options?: SendOptions): Schedule;

    /** Takes the dead letters that are kept, the oldest first. */
    takeDeadLetters(): DeadLetter[];
    /** Sends those that `choose` picks once more, all by default; the others stay, as do those that are refused. How many were sent. */
    replayDeadLetters(choose?: (letter: DeadLetter) => boolean): number;
    /** Sends one once more, with its priority and key; to that subscriber only, if it was published. Its new id. */
    replay(letter: DeadLetter): number;

    stats(): KernelStats;
    /** The numbers in the text format of Prometheus, 0.0.4. */
    prometheus(): string;
    /** When nothing waits, delayed messages included, and nothing is being handled. */
    idle(): Promise<void>;
    /** Takes nothing new, but for what handlers send; when everything is done, the kernel is closed. */
    drain(): Promise<void>;
    /** Closes now: what waits becomes dead letters, and what is being handled is given up. */
    shutdown(): void;
    readonly isClosed: boolean;
    /** The same as `drain()`. */
    [Symbol.asyncDispose](): Promise<void>;
  }

  export type KernelErrorCode =
    | "ERR_ADDRESS"
    | "ERR_ASK_TIMEOUT"
    | "ERR_HANDLER_FAILED"
    | "ERR_KERNEL_CLOSED"
    | "ERR_MESSAGE_LOST"
    | "ERR_MESSAGE_REFUSED"
    | "ERR_MESSAGE_RELEASED"
    | "ERR_MESSAGE_TOO_LARGE"
    | "ERR_NATS"
    | "ERR_NOT_STORED"
    | "ERR_NO_HANDLER"
    | "ERR_NO_RESPONDERS"
    | "ERR_QUEUE_FULL"
    | "ERR_SUBSYSTEM_EXISTS"
    | "ERR_SUBSYSTEM_STOPPED"
    | "ERR_WORKER_FAILED";

  export class KernelError extends Error {
    /** A handler's own code, if it failed in another process. */
    readonly code: KernelErrorCode | (string & {});
    /** Of batches and sequences: how many messages were taken. */
    readonly accepted?: number;
    /** Of batches and sequences: the bodies, or pairs, that were not. */
    readonly rest?: any[];
    /** Of `ERR_MESSAGE_LOST`. */
    readonly reason?: DeadLetterReason;
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Text

/**
 * Normalize, count words, truncate and tokenize, by the rules of Unicode. Offsets are UTF-16 code units, as everywhere in
 * JavaScript; lone surrogates stay what they are. A result that does not differ is the same string.
 */
declare module "krepis:text" {
  /** The version of Unicode that all of this follows: `"18.0.0"`. */
  export const unicodeVersion: string;

  /** A Unicode normalization form (UAX #15). */
  export type NormalizationForm = "NFC" | "NFD" | "NFKC" | "NFKD";

  /** The steps are taken in the order in which they stand here. */
  export interface NormalizeOptions {
    /** Takes out control characters (`Cc`) that are no white space. */
    stripControls?: boolean;
    /** Full case folding, for comparing: "Straße" and "STRASSE" become the same. */
    caseFold?: boolean;
    /** `null` leaves the form as it is. @default "NFC" */
    form?: NormalizationForm | null;
    /** One space for every run of white space (`White_Space`, line ends included). */
    collapseWhitespace?: boolean;
    /** Takes white space from both ends. */
    trim?: boolean;
  }

  /**
   * `text` in a normalization form, cleaned up as asked.
   * @throws RangeError for a form that there is not, as `String.prototype.normalize` does.
   */
  export function normalize(text: string, form?: NormalizationForm | NormalizeOptions): string;

  /** Words between white space, as `wc -w` counts, or those of UAX #29 that have a letter or number in them. */
  export type WordMode = "whitespace" | "unicode";

  /** How many words `text` has. */
  export function wordCount(text: string, mode?: WordMode): number;

  /**
   * What a limit counts: grapheme clusters (what readers take for one character), bytes in UTF-8, code points, words between white
   * space, or columns of a terminal (UAX #11).
   */
  export type TruncateUnit = "graphemes" | "bytes" | "characters" | "words" | "columns";

  export interface TruncateOptions {
    /**
     * Shown where something was cut off. The limit includes it, except for words; it is left out where it alone would be
     * longer.
     */
    ellipsis?: string;
  }

  /**
   * The longest beginning of `text` that is no longer than `limit`, and ends with a whole grapheme cluster, whatever the
   * unit. The time it takes depends on the limit, not on the length of the text.
   */
  export function truncate(text: string, limit: number, unit?: TruncateUnit, options?: TruncateOptions): string;
  export function truncate(text: string, limit: number, options: TruncateOptions & { unit?: TruncateUnit }): string;

  export type TokenKind =
    | "word"
    | "number"
    | "punctuation"
    | "symbol"
    | "emoji"
    | "url"
    | "email"
    | "space"
    | "other";

  export interface Token {
    readonly text: string;
    readonly kind: TokenKind;
    /** `text` is `input.slice(start, end)`. */
    readonly start: number;
    readonly end: number;
  }

  export interface TokenizeOptions {
    /** Gives tokens of these kinds only. @default all but "space" and "other" */
    kinds?: readonly TokenKind[];
    /** Whether URLs and e-mail addresses are tokens, or the words they consist of. @default true */
    addresses?: boolean;
    /** Longer tokens are cut, in code units. @default 65_536 */
    longest?: number;
  }

  /** The tokens of `text`, found while they are asked for. */
  export function tokenize(text: string, options?: TokenizeOptions): IteratorObject<Token, undefined>;

  /** {@link normalize} for a text that comes in chunks, which may be cut anywhere, also between surrogates. */
  export class Normalizer {
    constructor(form?: NormalizationForm | NormalizeOptions);
    /**
     * What is decided with this chunk.
     * @throws Error `ERR_TEXT_PENDING` where more than 16,384 code points would have to be held back: marks on one character, or
     * white space to be trimmed.
     */
    push(chunk: string): string;
    /** The rest; afterwards a new text may begin. */
    finish(): string;
  }

  /** {@link wordCount} for a text that comes in chunks. */
  export class WordCounter {
    constructor(mode?: WordMode);
    push(chunk: string): void;
    /** How many words it has been so far, as if the text ended here; the first half of a surrogate pair waits for the second. */
    readonly count: number;
    /** How many words it was; afterwards a new text may begin. */
    finish(): number;
  }

  /** {@link truncate} for a text that comes in chunks. */
  export class Truncator {
    constructor(limit: number, unit?: TruncateUnit, options?: TruncateOptions);
    constructor(limit: number, options?: TruncateOptions & { unit?: TruncateUnit });
    /** What is decided with this chunk. */
    push(chunk: string): string;
    /** Whether nothing that comes can change the result any more, so that reading may stop. */
    readonly isFull: boolean;
    /** The rest; afterwards a new text may begin. */
    finish(): string;
  }

  /** {@link tokenize} for a text that comes in chunks. Offsets count from the beginning of the whole text. */
  export class Tokenizer {
    constructor(options?: TokenizeOptions);
    /** The tokens that end with certainty in what has come. */
    push(chunk: string): Token[];
    /** The rest; afterwards a new text may begin. */
    finish(): Token[];
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The module system

declare module "krepis:modules" {
  /** As in a CommonJS file beside the program's entry. It loads ES modules too, unless they await at their top level. */
  export const require: {
    (specifier: string): any;
    readonly resolve: RequireResolve;
    /** A `require` for another file, by its path or URL, or for a folder with a slash at its end. */
    from(place: string | URL): Require;
  };

  /** What `require` has loaded, by file. ES modules are in it that CommonJS required; `import` keeps them anyway. */
  export const cache: ModuleCache;
  export interface ModuleCache extends Iterable<[file: string, exports: any]> {
    readonly size: number;
    /** Files are named by their paths, as `require.resolve` gives them, or URLs. */
    has(file: string | URL): boolean;
    /** A module's exports. */
    get(file: string | URL): any;
    keys(): IterableIterator<string>;
    /**
     * Forgets a module, so that the next `require` loads it anew.
     * @param options `dependents` also forgets the modules that required it, and those that required them.
     * @returns the files that were forgotten.
     */
    delete(file: string | URL, options?: { dependents?: boolean }): string[];
    clear(): void;
  }

  /**
   * What a program is made of, found without running it; `krepis graph` draws the same.
   * @param entry a path or URL; the running program without it.
   * @param options without `dependencies`, packages of `node_modules` are not looked into.
   */
  export function graph(entry?: string | URL, options?: { dependencies?: boolean }): Promise<ModuleGraph>;

  /**
   * Reads, compiles and links modules and all that they import, and runs none of them, so that importing them later
   * is quick.
   * @param options `from` is the file, or its URL, that relative specifiers start from: the entry without it.
   * @returns how many modules are new.
   */
  export function preload(
    specifiers: string | readonly string[],
    options?: { from?: string | URL },
  ): Promise<{ modules: number }>;

  /** The URLs of the modules that `import` has loaded, sorted. */
  export function loaded(): string[];

  export function statistics(): ModuleStatistics;
  export interface ModuleStatistics {
    readonly modules: {
      /** ES modules. */
      readonly esm: number;
      /** Modules in {@link cache}. */
      readonly commonjs: number;
      readonly builtin: number;
      /** CommonJS, JSON and other modules that ES modules import. */
      readonly commonjsImported: number;
    };
    /** Sources that other threads had ready when they were asked for. */
    readonly readAhead: number;
    readonly resolutions: {
      /** Answers that are kept, "there is none" included. */
      readonly remembered: number;
      /** How often answers were dropped because files changed. */
      readonly invalidations: number;
    };
    /** What the compile cache on disk did in this process; `null` where it is off. */
    readonly compileCache: {
      readonly hits: number;
      readonly misses: number;
      readonly written: number;
      readonly failed: number;
      readonly evicted: number;
    } | null;
  }

  /** A program's modules. Modules, imports and packages are named by their places in the lists. */
  export interface ModuleGraph {
    readonly version: 1;
    /** The folder that names are relative to. */
    readonly root: string;
    readonly entry: number;
    /** In the order in which they are met, level by level from the entry. */
    readonly modules: readonly GraphModule[];
    readonly imports: readonly GraphImport[];
    readonly packages: readonly GraphPackage[];
    readonly cycles: readonly GraphCycle[];
    /** Packages that are there more than once. */
    readonly duplicates: readonly (readonly number[])[];
    readonly problems: readonly {
      readonly module: number;
      readonly import: number | null;
      readonly message: string;
      /** The program can run with it. */
      readonly expected: boolean;
    }[];
    readonly totals: {
      readonly modules: number;
      readonly files: number;
      readonly builtins: number;
      readonly missing: number;
      readonly bytes: number;
      readonly codeBytes: number;
    };
  }

  export interface GraphModule {
    /** A path relative to the root, the name of a built-in, or what could not be found. */
    readonly name: string;
    readonly url: string;
    readonly kind: "file" | "builtin" | "data" | "missing";
    /** `null` where it could not be read. */
    readonly format: "esm" | "commonjs" | "json" | "wasm" | "text" | "bytes" | "builtin" | "lua" | null;
    readonly package: number | null;
    /** The size of its file. */
    readonly bytes: number;
    /** The size of the JavaScript that is run. */
    readonly codeBytes: number;
    /** How many imports lead to it from the entry, on the shortest way. */
    readonly depth: number;
    /** The last import of that way. */
    readonly via: number | null;
    /** The module without which this one would not be here. */
    readonly dominator: number | null;
    /** What would go if it went. */
    readonly retainedBytes: number;
    /** Why it cannot be read or parsed. */
    readonly problem: string | null;
  }

  export interface GraphImport {
    readonly from: number;
    readonly to: number;
    readonly kind: "import" | "export" | "defer" | "source" | "dynamic" | "require" | "resolve" | "url";
    readonly specifier: string;
    /** `type` of its attributes. */
    readonly type: string | null;
    readonly line: number;
    readonly column: number;
    /** It happens after the importing module has loaded: it is in a function, or deferred. */
    readonly lazy: boolean;
    /** It is in a `try`. */
    readonly optional: boolean;
    readonly problem: string | null;
  }

  export interface GraphPackage {
    readonly name: string;
    readonly version: string;
    readonly root: string;
    /** It is in a `node_modules`. */
    readonly dependency: boolean;
    readonly modules: number;
    readonly bytes: number;
    readonly codeBytes: number;
  }

  export interface GraphCycle {
    /** A shortest circle. */
    readonly modules: readonly number[];
    readonly imports: readonly number[];
    /** The modules need each other while they load. */
    readonly atLoad: boolean;
    /** All modules that are on circles with these. */
    readonly members: readonly number[];
    readonly inDependencies: boolean;
  }
}
