"use strict";
// node:url: the web's URL, files and URLs, and the legacy interface in url/legacy.js.

const { URL, URLSearchParams } = load("url");
const { checkString, coded, invalidArgType } = load("node/errors");

function isURL(value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
}

// --- files ---

function fileURLToPath(url, options = undefined) {
  return pathBytesOf(url, options, (path) => decodeURIComponent(path));
}

function fileURLToPathBuffer(url, options = undefined) {
  const { unescapeBuffer } = load("node/querystring");
  return pathBytesOf(url, options, (path) => unescapeBuffer(encodeURI(decodeURI(path))));
}

function pathBytesOf(url, options, decode) {
  const windows = options?.windows ?? false;
  if (typeof url === "string") url = new URL(url);
  else if (!isURL(url)) throw invalidArgType("path", "of type string or an instance of URL", url);
  if (url.protocol !== "file:") {
    throw coded(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  }
  return windows ? windowsPath(url, decode) : posixPath(url, decode);
}

function invalidPath(message, url) {
  const error = coded(TypeError, "ERR_INVALID_FILE_URL_PATH", `File URL path ${message}`);
  error.input = url;
  return error;
}

function posixPath(url, decode) {
  if (url.hostname !== "") {
    const { platform } = load("process").process;
    throw coded(TypeError, "ERR_INVALID_FILE_URL_HOST", `File URL host must be "localhost" or empty on ${platform}`);
  }
  if (/%2f/i.test(url.pathname)) throw invalidPath("must not include encoded / characters", url);
  return decode(url.pathname);
}

function windowsPath(url, decode) {
  if (/%2f|%5c/i.test(url.pathname)) throw invalidPath("must not include encoded \\ or / characters", url);
  const path = decode(url.pathname.replaceAll("/", "\\"));
  if (url.hostname !== "") return `\\\\${domainToUnicode(url.hostname)}${path}`;
  if (!/^\\[a-zA-Z]:/.test(path)) throw invalidPath("must be absolute", url);
  return path.slice(1);
}

// Characters of a path that mean something in a URL.
const ESCAPES = {
  "%": "%25", "\\": "%5C", "\n": "%0A", "\r": "%0D", "\t": "%09", "?": "%3F", "#": "%23", "[": "%5B", "]": "%5D",
  "^": "%5E", "|": "%7C", "~": "%7E",
};

function pathToFileURL(path, options = undefined) {
  checkString(path, "path");
  if (options?.windows) return windowsFileURL(path);
  let resolved = load("node/path/posix").resolve(path);
  if (path.endsWith("/") && !resolved.endsWith("/")) resolved += "/";
  return new URL(`file://${resolved.replace(/[%\\\n\r\t?#[\]^|~]/g, (character) => ESCAPES[character])}`);
}

function windowsFileURL(path) {
  const escaped = (text) => text.replace(/[%\n\r\t?#[\]^|~]/g, (character) => ESCAPES[character]);
  if (path.startsWith("\\\\")) {
    const [host, ...rest] = path.slice(2).split("\\");
    if (rest.length === 0) throw load("node/errors").invalidArgValue("path", path, "Missing UNC resource path");
    if (host === "") throw load("node/errors").invalidArgValue("path", path, "Empty UNC servername");
    return new URL(`file://${host}/${escaped(rest.join("/"))}`);
  }
  let resolved = load("node/path/win32").resolve(path);
  if (/[\\/]$/.test(path) && !resolved.endsWith("\\")) resolved += "\\";
  return new URL(`file:///${escaped(resolved.replaceAll("\\", "/"))}`);
}

// --- domains ---

function domainToASCII(domain) {
  if (arguments.length === 0) throw coded(TypeError, "ERR_MISSING_ARGS", 'The "domain" argument must be specified');
  return URL.parse(`ws://${domain}`)?.hostname ?? "";
}

function domainToUnicode(domain) {
  if (arguments.length === 0) throw coded(TypeError, "ERR_MISSING_ARGS", 'The "domain" argument must be specified');
  const ascii = URL.parse(`ws://${domain}`)?.hostname;
  return ascii === undefined ? "" : native("url").domain_to_unicode(ascii);
}

// A URL as the options of an HTTP request.
function urlToHttpOptions(url) {
  if (url === null || typeof url !== "object") throw invalidArgType("url", "of type object", url);
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null,
    ...url,
    protocol: url.protocol,
    hostname: hostname?.startsWith("[") ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ""}${search || ""}`,
    href: url.href,
  };
  if (port !== "") options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

const { Url, format, parse, resolve, resolveObject } = load("node/url/legacy");

const { missing } = load("node/absent");

return {
  ...missing("url", "URLPattern*"),
  ...(globalThis.URLPattern === undefined ? undefined : { URLPattern: globalThis.URLPattern }),
  URL, URLSearchParams, Url, domainToASCII, domainToUnicode, fileURLToPath, fileURLToPathBuffer, format, parse,
  pathToFileURL, resolve, resolveObject, urlToHttpOptions,
};
