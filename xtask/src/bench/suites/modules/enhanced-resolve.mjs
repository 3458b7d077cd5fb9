// enhanced-resolve, webpack's resolver in JavaScript: synchronous, with its cache of answers (`unsafeCache`), as webpack has it.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import enhanced from "enhanced-resolve";

import files from "./files.cjs";

const { CachedInputFileSystem, ResolverFactory } = enhanced;
const here = path.dirname(fileURLToPath(import.meta.url));

files.prepare();

function asks(request, expected) {
  const resolver = ResolverFactory.createResolver({
    fileSystem: new CachedInputFileSystem(fs, 60_000),
    useSyncFileSystemCalls: true,
    conditionNames: ["node", "require"],
    extensions: [".js", ".json"],
    unsafeCache: true,
  });
  const call = () => resolver.resolveSync({}, here, request);
  files.expect(call(), path.resolve(here, expected), "the file");
  return call;
}

export const figures = {
  "resolve-relative": () => asks("../files/small.js", "../files/small.js"),
  "resolve-package": () => asks("small", "../node_modules/small/lib/index.js"),
};
