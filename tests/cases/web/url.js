// URL and URLSearchParams.
const url = new URL("../x y?q=1#h", "https://user:pass@Example.org:8080/a/b/c");
for (const key of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname",
  "search", "hash"]) {
  console.log(key, JSON.stringify(url[key]));
}
url.searchParams.append("z", "a b&c");
console.log(url.href);
url.search = "?only=this";
console.log(url.searchParams.get("only"), url.searchParams.size);
url.port = "443";
url.username = url.password = "";
url.protocol = "wss";
url.hash = "";
console.log(String(url), JSON.stringify({ url }));

for (const [input, base] of [
  ["http://0x7f.1/"], ["http://[1::0:0:8]/"], ["http://b\u{fc}cher.example/"], ["file:///C|/a/../.."],
  ["web+demo:/.//not-a-host/"], ["mailto:someone?subject=x"], ["//host/p", "ftp://other/"], ["?q", "file:///f?x#y"],
  ["x"], ["http://a:99999/"], ["http://a b/"], ["http://1.2.3.4.5/"], ["#f", "about:blank"],
]) {
  console.log(input, "->", URL.parse(input, base)?.href, URL.canParse(input, base));
}
try {
  new URL("no");
} catch (error) {
  console.log(error.name, error.code, error.message);
}

const params = new URLSearchParams([["b", "1"], ["a", "2"], ["b", "3"]]);
params.sort();
console.log(String(params), params.getAll("b").join(), params.has("b", "3"));
params.delete("b", "1");
params.set("c", "\u{20ac} +~");
console.log(String(params), [...params.keys()].join());
console.log([...new URLSearchParams("?a=%zz&b=%ff&c=%E2%82%AC+d&&e")].map((pair) => pair.join("=")).join("|"));
console.log(String(new URLSearchParams({ x: 1, y: "&" })));
