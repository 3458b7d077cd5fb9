"use strict";
// URL: https://url.spec.whatwg.org/#url-class
//
// A URL is its serialisation and eight offsets into it, both made by one native call; getters are substrings.
//
// For other modules: parseHref(url, base) -> normalised href, or null when it is not a valid URL.

const { URLSearchParams, paramsOfUrl, parseQuery, replaceParams } = load("url_search_params");
const { describe, required, show, usv } = load("webidl");

// Where the native code writes the offsets of the URL it parsed last. As in `url::Position`:
//   https: // user : pass @ example.org : 8080 /path ?query #fragment
//         |       |      | |           |      |     |      |
//         0       1      2 3           4      5     6      7
const SCHEME_END = 0; // after the colon
const USERNAME_END = 1;
const PASSWORD_END = 2;
const HOST_START = 3;
const HOST_END = 4;
const PATH_START = 5;
const PATH_END = 6;
const QUERY_END = 7;
const offsets = new Uint32Array(8);

let engine = null;

function parse(url, base) {
  return (engine ??= native("url")).parse(url, base, offsets);
}

function parseHref(url, base = undefined) {
  return parse(url.toWellFormed(), base) ?? null;
}

function invalidUrl(input, base) {
  const error = new TypeError(
    base === undefined ? `Invalid URL: ${show(input)}` : `Invalid URL: ${show(input)} with base ${show(base)}`,
  );
  error.code = "ERR_INVALID_URL";
  error.input = input;
  if (base !== undefined) error.base = base;
  return error;
}

// Numbers of the setters, known to the native code.
const HREF_PROTOCOL = 0;
const HREF_USERNAME = 1;
const HREF_PASSWORD = 2;
const HREF_HOST = 3;
const HREF_HOSTNAME = 4;
const HREF_PORT = 5;
const HREF_PATHNAME = 6;
const HREF_SEARCH = 7;
const HREF_HASH = 8;

const NOTHING = Symbol("a URL whose href was just parsed");

class URL {
  #href;
  #schemeEnd;
  #usernameEnd;
  #passwordEnd;
  #hostStart;
  #hostEnd;
  #pathStart;
  #pathEnd;
  #queryEnd;
  #params = null;

  constructor(url, base = undefined) {
    if (base === NOTHING) {
      this.#take(url);
      return;
    }
    required(1, arguments.length, "URL constructor");
    url = usv(url);
    if (base !== undefined) base = usv(base);
    const href = parse(url, base);
    if (href === undefined) throw invalidUrl(url, base);
    this.#take(href);
  }

  static canParse(url, base = undefined) {
    required(1, arguments.length, "URL.canParse");
    return parse(usv(url), base === undefined ? undefined : usv(base)) !== undefined;
  }

  static parse(url, base = undefined) {
    required(1, arguments.length, "URL.parse");
    const href = parse(usv(url), base === undefined ? undefined : usv(base));
    return href === undefined ? null : new URL(href, NOTHING);
  }

  #take(href) {
    this.#href = href;
    this.#schemeEnd = offsets[SCHEME_END];
    this.#usernameEnd = offsets[USERNAME_END];
    this.#passwordEnd = offsets[PASSWORD_END];
    this.#hostStart = offsets[HOST_START];
    this.#hostEnd = offsets[HOST_END];
    this.#pathStart = offsets[PATH_START];
    this.#pathEnd = offsets[PATH_END];
    this.#queryEnd = offsets[QUERY_END];
  }

  #set(part, value) {
    const href = (engine ??= native("url")).set(this.#href, part, usv(value), offsets);
    if (href !== undefined) this.#take(href);
  }

  #refreshParams() {
    if (this.#params !== null) replaceParams(this.#params, parseQuery(this.search.slice(1)));
  }

  get href() {
    return this.#href;
  }

  set href(value) {
    value = usv(value);
    const href = parse(value, undefined);
    if (href === undefined) throw invalidUrl(value);
    this.#take(href);
    this.#refreshParams();
  }

  get origin() {
    switch (this.protocol) {
      case "http:":
      case "https:":
      case "ws:":
      case "wss:":
      case "ftp:":
        return `${this.protocol}//${this.host}`;
      case "blob:": {
        const inner = URL.parse(this.pathname);
        return inner !== null && /^https?:$/.test(inner.protocol) ? inner.origin : "null";
      }
      default:
        return "null";
    }
  }

  get protocol() {
    return this.#href.slice(0, this.#schemeEnd);
  }

  set protocol(value) {
    this.#set(HREF_PROTOCOL, value);
  }

  get username() {
    // With an authority, "//" follows the scheme.
    const start = this.#schemeEnd + 2;
    return this.#usernameEnd > start ? this.#href.slice(start, this.#usernameEnd) : "";
  }

  set username(value) {
    this.#set(HREF_USERNAME, value);
  }

  get password() {
    return this.#passwordEnd > this.#usernameEnd + 1 ? this.#href.slice(this.#usernameEnd + 1, this.#passwordEnd) : "";
  }

  set password(value) {
    this.#set(HREF_PASSWORD, value);
  }

  get host() {
    return this.#href.slice(this.#hostStart, this.#portEnd());
  }

  set host(value) {
    this.#set(HREF_HOST, value);
  }

  get hostname() {
    return this.#href.slice(this.#hostStart, this.#hostEnd);
  }

  set hostname(value) {
    this.#set(HREF_HOSTNAME, value);
  }

  /** Between host and path stands ":port", nothing, or the "/." that keeps a path from looking like a host. */
  #portEnd() {
    return this.#href.charCodeAt(this.#hostEnd) === 0x3a && this.#hostEnd > this.#schemeEnd
      ? this.#pathStart
      : this.#hostEnd;
  }

  get port() {
    return this.#href.slice(this.#hostEnd + 1, this.#portEnd());
  }

  set port(value) {
    this.#set(HREF_PORT, value);
  }

  get pathname() {
    return this.#href.slice(this.#pathStart, this.#pathEnd);
  }

  set pathname(value) {
    this.#set(HREF_PATHNAME, value);
  }

  get search() {
    return this.#queryEnd > this.#pathEnd + 1 ? this.#href.slice(this.#pathEnd, this.#queryEnd) : "";
  }

  set search(value) {
    this.#set(HREF_SEARCH, value);
    this.#refreshParams();
  }

  get searchParams() {
    return this.#params ??= paramsOfUrl(parseQuery(this.search.slice(1)), (query) => {
      this.#set(HREF_SEARCH, query);
    });
  }

  get hash() {
    return this.#href.length > this.#queryEnd + 1 ? this.#href.slice(this.#queryEnd) : "";
  }

  set hash(value) {
    this.#set(HREF_HASH, value);
  }

  toString() {
    return this.#href;
  }

  toJSON() {
    return this.#href;
  }
}

describe(URL);

return { URL, URLSearchParams, parseHref };
