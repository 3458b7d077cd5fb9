// krepis:text.

import * as text from "krepis:text";

import { figuresOfPackage } from "./package.mjs";

export const figures = figuresOfPackage(text);
