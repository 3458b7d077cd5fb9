"use strict";
// MIMEType and MIMEParams of node:util: https://mimesniff.spec.whatwg.org

const mime = load("mime");
const { coded } = load("node/errors");

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_QUOTABLE = /[^\t\x20-\x7e\x80-\xff]/;

function invalid(production, text, index) {
  return coded(TypeError, "ERR_INVALID_MIME_SYNTAX",
    `The MIME syntax for a ${production} in "${text}" is invalid${index === -1 ? "" : ` at ${index}`}`);
}

// The first character that is no token's, or -1.
function offence(text) {
  return text.search(/[^!#$%&'*+\-.^_`|~0-9A-Za-z]/);
}

class MIMEParams {
  #map = new Map();

  delete(name) {
    this.#map.delete(`${name}`);
  }

  get(name) {
    return this.#map.get(`${name}`) ?? null;
  }

  has(name) {
    return this.#map.has(`${name}`);
  }

  set(name, value) {
    name = `${name}`;
    value = `${value}`;
    if (!TOKEN.test(name)) throw invalid("parameter name", name, offence(name));
    const bad = value.search(NOT_QUOTABLE);
    if (bad !== -1) throw invalid("parameter value", value, bad);
    this.#map.set(name, value);
  }

  entries() {
    return this.#map.entries();
  }

  keys() {
    return this.#map.keys();
  }

  values() {
    return this.#map.values();
  }

  toString() {
    return mime.serialise({ essence: "", parameters: this.#map }).slice(1);
  }

  toJSON() {
    return this.toString();
  }
}
Object.defineProperty(MIMEParams.prototype, Symbol.iterator, {
  value: MIMEParams.prototype.entries, writable: true, configurable: true,
});

class MIMEType {
  #type;
  #subtype;
  #parameters = new MIMEParams();

  constructor(text) {
    text = `${text}`;
    const trimmed = text.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
    const slash = trimmed.indexOf("/");
    const type = slash === -1 ? trimmed : trimmed.slice(0, slash);
    if (type === "" || slash === -1 || offence(type) !== -1) {
      throw invalid("type", text, slash === -1 ? -1 : offence(type));
    }
    const semicolon = trimmed.indexOf(";", slash);
    const subtype = trimmed.slice(slash + 1, semicolon === -1 ? undefined : semicolon).replace(/[\t\n\r ]+$/, "");
    if (subtype === "" || offence(subtype) !== -1) throw invalid("subtype", text, offence(subtype));
    this.#type = type.toLowerCase();
    this.#subtype = subtype.toLowerCase();
    for (const [name, value] of mime.parse(trimmed)?.parameters ?? []) this.#parameters.set(name, value);
  }

  get type() {
    return this.#type;
  }

  set type(value) {
    value = `${value}`;
    if (value === "" || offence(value) !== -1) throw invalid("type", value, offence(value));
    this.#type = value.toLowerCase();
  }

  get subtype() {
    return this.#subtype;
  }

  set subtype(value) {
    value = `${value}`;
    if (value === "" || offence(value) !== -1) throw invalid("subtype", value, offence(value));
    this.#subtype = value.toLowerCase();
  }

  get essence() {
    return `${this.#type}/${this.#subtype}`;
  }

  get params() {
    return this.#parameters;
  }

  toString() {
    const parameters = this.#parameters.toString();
    return parameters === "" ? this.essence : `${this.essence};${parameters}`;
  }

  toJSON() {
    return this.toString();
  }
}

return { MIMEParams, MIMEType };
