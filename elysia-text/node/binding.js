"use strict";
// Finds the addon of this platform: the file that `cargo xtask addon` puts beside this one, or the package that npm
// installs for the platform.

const { readFileSync } = require("node:fs");
const { join } = require("node:path");

// The platforms that there are packages for, as in npm/.
const PLATFORMS = [
  "android-arm64", "android-arm-eabi", "darwin-arm64", "darwin-universal", "darwin-x64", "freebsd-arm64", "freebsd-x64",
  "linux-arm64-gnu", "linux-arm64-musl", "linux-arm-gnueabihf", "linux-arm-musleabihf", "linux-loong64-gnu",
  "linux-ppc64-gnu", "linux-riscv64-gnu", "linux-riscv64-musl", "linux-s390x-gnu", "linux-x64-gnu", "linux-x64-musl",
  "win32-arm64-msvc", "win32-ia32-msvc", "win32-x64-msvc",
];

// This platform's names, the likeliest first.
function platforms() {
  const { platform, arch } = process;
  const name = `${platform}-${arch}`;
  if (platform === "linux") {
    const [gnu, musl] = arch === "arm" ? ["gnueabihf", "musleabihf"] : ["gnu", "musl"];
    return [`${name}-${isMusl() ? musl : gnu}`];
  }
  if (platform === "win32") return [`${name}-msvc`];
  if (platform === "darwin") return [name, "darwin-universal"];
  if (platform === "android" && arch === "arm") return [`${name}-eabi`];
  return [name];
}

// Whether programs are linked with musl here, which cannot load what is linked with glibc.
function isMusl() {
  try {
    // A script that names its libc.
    return readFileSync("/usr/bin/ldd", "latin1").includes("musl");
  } catch {
    const { report } = process;
    if (typeof report?.getReport !== "function") return false;
    report.excludeNetwork = true;
    const { header } = report.getReport();
    return header !== undefined && !header.glibcVersionRuntime;
  }
}

function load() {
  const failures = [];
  let cause;
  for (const platform of platforms()) {
    for (const place of [join(__dirname, `elysia-text.${platform}.node`), `elysia-text-${platform}`]) {
      try {
        return require(place);
      } catch (error) {
        const isMissing = error.code === "MODULE_NOT_FOUND";
        failures.push(`  ${place}: ${isMissing ? "not there" : error.message}`);
        // Something that is there and does not load says more than what is not there.
        if (cause === undefined || !isMissing) cause = error;
      }
    }
  }
  const [platform] = platforms();
  const advice = PLATFORMS.includes(platform)
    ? "Install again with optional dependencies, or build it: cargo xtask addon."
    : "There is no package for this platform; build it: cargo xtask addon.";
  const message = `elysia-text has no addon for ${platform}. Looked for\n${failures.join("\n")}\n${advice}`;
  throw Object.assign(new Error(message, { cause }), { code: "ERR_ADDON_NOT_FOUND" });
}

module.exports = load();
