// A worker thread that uses every function, and ends while an iterator is not at its end.

import { parentPort, workerData } from "node:worker_threads";

import { normalize, tokenize, truncate, wordCount } from "elysia-text";

const long = "a ".repeat(1000);
tokenize(long).next();
const words = wordCount(truncate("two words and more", 9));
parentPort.postMessage(`${workerData}: ${words} words, ${[...tokenize(long)].length} tokens, ${normalize("e\u0301")}`);
