"use strict";
// Finds the addon of this platform: the file that `cargo xtask addon` puts beside this one, or the package that npm
// installs for the platform.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");

// The platform's name in napi-rs's layout.
function platformName() {
  const { platform, arch } = process;
  const name = `${platform}-${arch}`;
  if (platform === "win32") return `${name}-msvc`;
  if (platform === "linux") return `${name}-${isMusl() ? "musl" : "gnu"}${arch === "arm" ? "eabihf" : ""}`;
  if (platform === "android" && arch === "arm") return `${name}-eabi`;
  return name;
}

// Whether programs are linked with musl here, which does not load what is linked with glibc.
function isMusl() {
  try {
    // A script that names its libc.
    return readFileSync("/usr/bin/ldd", "latin1").includes("musl");
  } catch {
    const { report } = process;
    if (typeof report?.getReport !== "function") return false;
    report.excludeNetwork = true;
    return !report.getReport().header?.glibcVersionRuntime;
  }
}

function adviceFor(name, failures) {
  if (failures.some(({ isMissing }) => !isMissing)) {
    return "It does not load here. elysia-text-wasm has the same functions for every host, krepis:text for Krepis";
  }
  return `elysia-text-${name}` in require("./package.json").optionalDependencies
    ? "Install elysia-text again, with optional dependencies, or build the addon: cargo xtask addon"
    : "There is no package for this platform: use elysia-text-wasm, or build the addon: cargo xtask addon";
}

function load(name) {
  const failures = [];
  for (const place of [join(__dirname, `elysia-text.${name}.node`), `elysia-text-${name}`]) {
    try {
      return require(place);
    } catch (error) {
      failures.push({ place, error, isMissing: error.code === "MODULE_NOT_FOUND" });
    }
  }
  const lines = failures.map(({ place, error, isMissing }) => `  ${place}: ${isMissing ? "not found" : error.message}`);
  const advice = adviceFor(name, failures);
  const message = `elysia-text has no addon for ${name}. Looked for\n${lines.join("\n")}\n${advice}`;
  // What is there and does not load says more than what is not there.
  const { error: cause } = failures.find(({ isMissing }) => !isMissing) ?? failures[0];
  throw Object.assign(new Error(message, { cause }), { code: "ERR_ADDON_NOT_FOUND" });
}

module.exports = load(platformName());
