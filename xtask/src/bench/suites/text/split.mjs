// String.prototype.split, as programs count words with it.

import { figuresOf } from "./functions.mjs";

export const figures = figuresOf({ words: (text) => text.split(/\s+/).length });
