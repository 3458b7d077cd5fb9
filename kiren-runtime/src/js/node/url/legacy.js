"use strict";
// The interface of node:url before the web's URL: parse, format, resolve, in the way of RFC 2396 and browsers of
// that time.

const { checkString, coded, invalidArgType } = load("node/errors");

// What may follow the scheme without slashes, and whose path always begins with one.
const SLASHED = new Set(["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"]);
const WITHOUT_HOST = new Set(["javascript:"]);

// Characters that are never left as they are after the host.
const UNSAFE = /[\t\n\r "'<>\\^`{|}]/g;

class Url {
  constructor() {
    this.protocol = null;
    this.slashes = null;
    this.auth = null;
    this.host = null;
    this.port = null;
    this.hostname = null;
    this.hash = null;
    this.search = null;
    this.query = null;
    this.pathname = null;
    this.path = null;
    this.href = null;
  }
}

function Constructor() {
  return new Url();
}
Constructor.prototype = Url.prototype;
Object.defineProperty(Url.prototype, "constructor", { value: Constructor, writable: true, configurable: true });
Object.defineProperty(Constructor, "name", { value: "Url" });

function method(name, value) {
  Object.defineProperty(Url.prototype, name, { value, writable: true, enumerable: true, configurable: true });
}

method("parse", function (text, parseQuery, slashesDenoteHost) {
  checkString(text, "url");
  let rest = unifySlashes(text.trim());
  const simple = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/.exec(rest);
  if (!slashesDenoteHost && simple !== null && !text.includes("#")) {
    this.pathname = simple[1].replace(UNSAFE, encodeURIComponent);
    this.path = this.href = rest.replace(UNSAFE, encodeURIComponent);
    setQuery(this, simple[2]?.replace(UNSAFE, encodeURIComponent), parseQuery);
    if (simple[2] === undefined && !parseQuery) this.search = this.query = null;
    return this;
  }
  const scheme = /^[a-z0-9.+-]+:/i.exec(rest)?.[0];
  const protocol = scheme?.toLowerCase();
  if (scheme !== undefined) {
    this.protocol = protocol;
    rest = rest.slice(scheme.length);
  }
  let slashes = false;
  if (slashesDenoteHost || scheme !== undefined || /^\/\/[^@/]+@[^@/]+/.test(rest)) {
    slashes = rest.startsWith("//");
    if (slashes && !WITHOUT_HOST.has(protocol)) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  // A scheme that is not known to go with slashes may have a host without them.
  const hasHost = slashes || (protocol !== undefined && !SLASHED.has(protocol));
  if (hasHost && !WITHOUT_HOST.has(protocol)) rest = takeHost(this, rest, text);
  if (!WITHOUT_HOST.has(protocol)) {
    rest = rest.replace(UNSAFE, (character) => character === "'" ? "%27" : encodeURIComponent(character));
  }
  const hash = rest.indexOf("#");
  if (hash >= 0) {
    this.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const query = rest.indexOf("?");
  setQuery(this, query < 0 ? undefined : rest.slice(query), parseQuery);
  const path = query < 0 ? rest : rest.slice(0, query);
  if (path !== "") this.pathname = path;
  if (SLASHED.has(protocol) && this.hostname && !this.pathname) this.pathname = "/";
  if (this.pathname || this.search) this.path = (this.pathname ?? "") + (this.search ?? "");
  this.href = this.format();
  return this;
});

// Backslashes are slashes, up to the query.
function unifySlashes(text) {
  const end = text.search(/[?#]/);
  const head = end < 0 ? text : text.slice(0, end);
  return head.replaceAll("\\", "/") + (end < 0 ? "" : text.slice(end));
}

function setQuery(url, search, parseQuery) {
  if (search !== undefined) {
    url.search = search;
    url.query = parseQuery ? load("node/querystring").parse(search.slice(1)) : search.slice(1);
  } else if (parseQuery) {
    url.search = null;
    url.query = { __proto__: null };
  }
}

// Takes "user:password@host:port" off the front.
function takeHost(url, rest, whole) {
  const end = rest.search(/[/?#]/);
  let authority = end < 0 ? rest : rest.slice(0, end);
  rest = end < 0 ? "" : rest.slice(end);
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    url.auth = decodeURIComponent(authority.slice(0, at));
    authority = authority.slice(at + 1);
  }
  // What cannot be in a host begins the path.
  const odd = authority.search(/[\t\n\r "'<>\\^`{|};%]/);
  if (odd >= 0) {
    rest = authority.slice(odd) + rest;
    authority = authority.slice(0, odd);
  }
  const port = /:(\d*)$/.exec(authority);
  if (port !== null) {
    if (port[1] !== "") url.port = port[1];
    authority = authority.slice(0, port.index);
  }
  url.hostname = hostOf(authority, whole);
  url.host = url.hostname + (url.port === null ? "" : `:${url.port}`);
  if (url.hostname.length > 255) url.hostname = "";
  if (/^\[.*\]$/.test(url.hostname)) {
    url.hostname = url.hostname.slice(1, -1);
    if (rest !== "" && rest[0] !== "/" && !/^[?#]/.test(rest)) rest = `/${rest}`;
  }
  if (rest !== "" && !/^[/?#]/.test(rest)) rest = `/${rest}`;
  return rest;
}

function hostOf(authority, whole) {
  const host = authority.toLowerCase();
  // eslint-disable-next-line no-control-regex
  if (/^\[.*[\0\t\n\r #%/<>?@\\^|].*\]$/.test(host)) throw invalidUrl(whole);
  if (host === "" || /^\[.*\]$/.test(host)) return host;
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(host) && !host.includes("xn--")) {
    if (/[\0\t\n\r #%/:<>?@[\\\]^|]/.test(host)) throw invalidUrl(whole);
    return host;
  }
  const ascii = load("node/url").domainToASCII(host);
  if (ascii === "") throw invalidUrl(whole);
  return ascii;
}

function invalidUrl(input) {
  const error = coded(TypeError, "ERR_INVALID_URL", "Invalid URL");
  error.input = input;
  return error;
}

method("format", function () {
  const auth = this.auth ? `${encodeURIComponent(this.auth).replace(/%3A/i, ":")}@` : "";
  let protocol = this.protocol || "";
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  let pathname = this.pathname || "";
  let host = "";
  if (this.host) {
    host = auth + this.host;
  } else if (this.hostname) {
    const isIPv6 = this.hostname.includes(":") && !this.hostname.startsWith("[");
    host = auth + (isIPv6 ? `[${this.hostname}]` : this.hostname) + (this.port ? `:${this.port}` : "");
  }
  let query = "";
  if (this.query !== null && typeof this.query === "object") query = load("node/querystring").stringify(this.query);
  let search = this.search || (query && `?${query}`) || "";
  pathname = pathname.replace(/[?#]/g, encodeURIComponent);
  if (this.slashes || SLASHED.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && !pathname.startsWith("/")) pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol === "file:") {
      host = "//";
    }
  }
  let hash = this.hash || "";
  search = search.replaceAll("#", "%23");
  if (hash && !hash.startsWith("#")) hash = `#${hash}`;
  if (search && !search.startsWith("?")) search = `?${search}`;
  return protocol + host + pathname + search + hash;
});

method("resolve", function (relative) {
  return this.resolveObject(parse(relative, false, true)).format();
});

method("resolveObject", function (relative) {
  if (typeof relative === "string") relative = new Url().parse(relative, false, true);
  const result = Object.assign(new Url(), this);
  result.hash = relative.hash;
  if (relative.href === "") {
    result.href = result.format();
    return result;
  }
  // "//host/path" keeps only the protocol.
  if (relative.slashes && !relative.protocol) {
    for (const key of Object.keys(relative)) if (key !== "protocol") result[key] = relative[key];
    if (SLASHED.has(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = "/";
    result.href = result.format();
    return result;
  }
  if (relative.protocol && relative.protocol !== result.protocol) {
    if (!SLASHED.has(relative.protocol)) {
      Object.assign(result, relative);
      result.href = result.format();
      return result;
    }
    result.protocol = relative.protocol;
    result.pathname = relative.pathname;
    if (!relative.host && relative.protocol !== "file:" && !WITHOUT_HOST.has(relative.protocol)) {
      // "https:/host/path": the first part of the path is the host.
      const parts = (relative.pathname || "").split("/");
      while (parts.length > 0 && !(relative.host = parts.shift()));
      relative.host ||= "";
      relative.hostname ||= relative.host;
      if (parts[0] !== "") parts.unshift("");
      if (parts.length < 2) parts.unshift("");
      result.pathname = parts.join("/");
    }
    for (const key of ["search", "query", "auth", "port"]) result[key] = relative[key];
    result.host = relative.host || "";
    result.hostname = relative.hostname || relative.host;
    result.slashes ||= relative.slashes;
    finishPath(result);
    return result;
  }
  resolvePath(result, relative);
  return result;
});

function resolvePath(result, relative) {
  const isSourceAbsolute = result.pathname?.startsWith("/");
  const isRelativeAbsolute = relative.host || relative.pathname?.startsWith("/");
  let mustBeAbsolute = Boolean(isRelativeAbsolute || isSourceAbsolute || (result.host && relative.pathname));
  const removeAbove = mustBeAbsolute;
  let path = result.pathname?.split("/") ?? [];
  const relativePath = relative.pathname?.split("/") ?? [];
  if (isRelativeAbsolute) {
    if (relative.host || relative.host === "") {
      if (result.host !== relative.host) result.auth = null;
      result.host = relative.host;
      result.port = relative.port;
    }
    if (relative.hostname || relative.hostname === "") {
      if (result.hostname !== relative.hostname) result.auth = null;
      result.hostname = relative.hostname;
    }
    result.search = relative.search;
    result.query = relative.query;
    path = relativePath;
  } else if (relativePath.length > 0) {
    path.pop();
    path = path.concat(relativePath);
    result.search = relative.search;
    result.query = relative.query;
  } else if (relative.search !== null && relative.search !== undefined) {
    result.search = relative.search;
    result.query = relative.query;
    finishPath(result);
    return;
  }
  if (path.length === 0) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    result.href = result.format();
    return;
  }
  let last = path.at(-1);
  const trailing = ((result.host || relative.host || path.length > 1) && (last === "." || last === "..")) || last === "";
  // Dots are resolved from the end.
  let up = 0;
  for (let i = path.length - 1; i >= 0; i--) {
    last = path[i];
    if (last === ".") {
      path.splice(i, 1);
    } else if (last === "..") {
      path.splice(i, 1);
      up++;
    } else if (up > 0) {
      path.splice(i, 1);
      up--;
    }
  }
  if (!mustBeAbsolute && !removeAbove) for (; up > 0; up--) path.unshift("..");
  if (mustBeAbsolute && path[0] !== "" && !path[0]?.startsWith("/")) path.unshift("");
  if (trailing && !path.join("/").endsWith("/")) path.push("");
  const isAbsolute = path[0] === "" || path[0]?.startsWith("/");
  mustBeAbsolute ||= Boolean(result.host && path.length > 0);
  if (mustBeAbsolute && !isAbsolute) path.unshift("");
  result.pathname = path.length === 0 ? null : path.join("/");
  if (path.length === 0) result.path = null;
  result.auth = relative.auth || result.auth;
  result.slashes ||= relative.slashes;
  finishPath(result);
}

function finishPath(url) {
  if (url.pathname || url.search) url.path = (url.pathname ?? "") + (url.search ?? "");
  url.href = url.format();
}

function parse(url, parseQuery, slashesDenoteHost) {
  if (url instanceof Url) return url;
  return new Url().parse(url, parseQuery, slashesDenoteHost);
}

function format(url, options) {
  if (typeof url === "string") return parse(url).format();
  if (url === null || typeof url !== "object") {
    throw invalidArgType("urlObject", "one of type object or string", url);
  }
  if (url instanceof load("url").URL) return formatURL(url, options);
  return Url.prototype.format.call(url);
}

function formatURL(url, options) {
  if (options !== undefined && (options === null || typeof options !== "object")) {
    throw invalidArgType("options", "of type object", options);
  }
  const { auth = true, fragment = true, search = true, unicode = false } = options ?? {};
  const { hostname, password, port, username } = url;
  let text = url.protocol;
  if (hostname !== "" || url.href.startsWith(`${url.protocol}//`)) {
    text += "//";
    if (auth && username !== "") text += `${username}${password === "" ? "" : `:${password}`}@`;
    text += unicode ? load("node/url").domainToUnicode(hostname) : hostname;
    if (port !== "") text += `:${port}`;
  }
  return text + url.pathname + (search ? url.search : "") + (fragment ? url.hash : "");
}

function resolve(from, to) {
  return parse(from, false, true).resolve(to);
}

function resolveObject(from, to) {
  return from ? parse(from, false, true).resolveObject(to) : to;
}

return { Url: Constructor, format, parse, resolve, resolveObject };
