// node:url: files, the legacy parser, formatting, resolving.
const url = require("url");
console.log(url.URL === URL, url.URLSearchParams === URLSearchParams);
for (const text of ["file:///a/b", "file:///a%20b", "file:///%E2%82%AC", new URL("file:///x#h?q")]) console.log(url.fileURLToPath(text));
for (const text of ["file:///C:/a%20b", "file://server/share/x"]) console.log(url.fileURLToPath(text, { windows: true }));
for (const path of ["/a b", "/a#b?c%d", "/a\\b", "/dir/", "/\u20ac", "/new\nline"]) console.log(url.pathToFileURL(path).href);
for (const path of ["C:\\a b\\#", "\\\\server\\share\\f"]) console.log(url.pathToFileURL(path, { windows: true }).href);
for (const run of [() => url.fileURLToPath("http://x"), () => url.fileURLToPath("file://host/x"), () => url.fileURLToPath("file:///a%2fb"), () => url.fileURLToPath(5), () => url.pathToFileURL(5), () => url.fileURLToPath("file:///a", { windows: true }), () => url.parse(5), () => url.format(5)]) try { console.log(run()); } catch (error) { console.log(error.code, error.message); }
console.log(url.domainToASCII("espa\u00f1ol.com"), url.domainToUnicode("xn--espaol-zwa.com"), url.domainToASCII("xn--i\u00f1valid.com"));
console.log(url.urlToHttpOptions(new URL("https://a:b@x.y:8080/p?q#h")));
console.log(url.format(new URL("http://u:p@xn--0zwm56d.com:81/a?b#c"), { auth: false, fragment: false, search: false, unicode: true }), url.format(new URL("http://a/b?c#d")));
const texts = ["http://user:pass@sub.Example.com:8080/p/a/t/h?query=string#hash", "/path?x=1", "//host/path", "mailto:a@b.c", "http://x.y", "http://x.y?z", "javascript:alert('x')", "http://a.b/c d", "HTTP://A.B/", "http://[::1]:80/x", "a/b/c", "#frag", "?q", "", "http://x/a\\b", "ftp://f/x;y", "http://host:/p", "file:///etc/passwd", "http://a@b@c/", "coap:u:p@h:1/x", "http://a.com/\"<>`{}|^'", "https://x/%zz"];
for (const text of texts) { const { href, protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path } = url.parse(text); console.log(JSON.stringify([text, href, protocol, slashes, auth, host, port, hostname, hash, search, query, pathname, path])); }
console.log(url.parse("/a?b=1&c=2&b=3", true).query, url.parse("//h/p", false, true).host);
for (const [from, to] of [["/one/two/three", "four"], ["http://example.com/", "/one"], ["http://example.com/one", "/two"], ["http://a/b/c/d;p?q", "../g"], ["http://a/b/c/d;p?q", "./g/."], ["http://a/b/c/d;p?q", "?y"], ["http://a/b/c/d;p?q", "#s"], ["http://a/b/c/d;p?q", "//g"], ["http://a/b/c/d;p?q", ""], ["http://a/b/c/d;p?q", "../../../g"], ["a/b", "c"], ["a", "../../x"], ["http://a/b", "https://c/d"], ["http://a/b", "mailto:x@y"], ["/", "."], ["http://a.com/b/cd/./e.md.html", "../.././g"], ["http://u@a/b", "/c"]]) console.log(from, to, url.resolve(from, to));
console.log(url.format({ protocol: "http", host: "a.b", pathname: "p", query: { x: [1, 2], y: "z w" }, hash: "h" }), url.format({ hostname: "::1", port: 80, protocol: "http:" }), url.format({ pathname: "a?b#c", search: "q" }), url.format("http://A.b/x y"), url.format({ auth: "a:b@", host: "h", protocol: "ftp" }), url.format({ protocol: "mailto", pathname: "a@b" }), url.format({}));
