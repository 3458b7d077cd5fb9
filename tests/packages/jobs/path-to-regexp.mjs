// path-to-regexp, cookie, mime-types, eventemitter3: small parts of many servers
import * as cookie from "cookie";
import EventEmitter from "eventemitter3";
import mime from "mime-types";
import { compile, match, parse } from "path-to-regexp";
import { step, thrown } from "../lib/step.cjs";

step("paths", () => [match("/a/:b{/:c}")("/a/x%20y"), match("/*rest")("/1/2"), compile("/u/:id")({ id: "a/b" }), thrown(() => parse("/:"))]);
step("cookies", () => [cookie.parseCookie?.("a=1; b=%20x") ?? cookie.parse("a=1; b=%20x"), (cookie.stringifySetCookie ?? cookie.serialize)("a", "ü", { httpOnly: true, maxAge: 5, sameSite: "lax" })]);
step("types", () => [mime.lookup("a.html"), mime.contentType("x.json"), mime.extension("text/plain"), mime.lookup("nope")]);
step("events", () => { const seen = []; const emitter = new EventEmitter(); emitter.once("a", (n) => seen.push(n)); emitter.emit("a", 1); emitter.emit("a", 2); return [seen, emitter.listenerCount("a")]; });
