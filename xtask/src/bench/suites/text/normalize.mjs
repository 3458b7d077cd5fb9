// String.prototype.normalize.

import { figuresOf } from "./functions.mjs";

export const figures = figuresOf({ normalize: (text) => text.normalize() });
