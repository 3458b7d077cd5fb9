"use strict";
// navigator (HTML 8.10.1), as far as a server has one.

const key = {};

class Navigator {
  #languages;

  constructor(secret) {
    if (secret !== key) throw new TypeError("Illegal constructor");
  }

  #check() {}

  get userAgent() {
    this.#check();
    return `Krepis/${native("process").info().version}`;
  }

  get hardwareConcurrency() {
    this.#check();
    return native("process").parallelism();
  }

  get language() {
    this.#check();
    return Intl.DateTimeFormat().resolvedOptions().locale;
  }

  get languages() {
    return (this.#languages ??= Object.freeze([this.language]));
  }

  get platform() {
    this.#check();
    const { platform, arch } = native("process").info();
    if (platform === "darwin") return "MacIntel";
    if (platform === "win32") return "Win32";
    return `${platform[0].toUpperCase()}${platform.slice(1)} ${arch === "x64" ? "x86_64" : arch}`;
  }
}

for (const name of ["userAgent", "hardwareConcurrency", "language", "languages", "platform"]) {
  Object.defineProperty(Navigator.prototype, name, { enumerable: true });
}
Object.defineProperty(Navigator.prototype, Symbol.toStringTag, { value: "Navigator", configurable: true });

return { Navigator, navigator: new Navigator(key) };
