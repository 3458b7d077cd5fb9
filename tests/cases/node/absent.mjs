// Modules that are not there yet: they can be imported, and say what they lack when it is used.
import { spawn, ChildProcess } from "node:child_process";
import http, { Agent, METHODS, request, STATUS_CODES } from "http";
import https from "https";
import net, { isIP, isIPv4, isIPv6, Socket } from "net";
import tls from "tls";
import http2 from "node:http2";
import dns, { promises as dnsPromises } from "dns";
import dp from "dns/promises";
import cluster from "cluster";
import dgram from "dgram";
import repl from "repl";
import inspector from "inspector";
import * as wasi from "wasi";
import * as sqlite from "node:sqlite";
import traceEvents from "trace_events";
import sea from "node:sea";
import domain from "domain";
import { EventEmitter } from "events";
import { Duplex, Readable } from "stream";

class MyAgent extends Agent {}
class MyHttps extends https.Agent { createConnection() {} }
class Sock extends net.Socket {}
const tries = [
  () => spawn("ls"), () => new ChildProcess(), () => request("http://x"), () => http.createServer(), () => new Agent(), () => new MyAgent(),
  () => new MyHttps(), () => net.connect(1), () => new Sock(), () => tls.connect(1), () => http2.connect("x"), () => dns.lookup("x", () => {}),
  () => dp.resolve("x"), () => cluster.fork(), () => dgram.createSocket("udp4"), () => repl.start(), () => inspector.open(), () => new wasi.WASI(),
  () => new sqlite.DatabaseSync(":memory:"), () => traceEvents.createTracing(), () => sea.getAsset("x"), () => domain.create(), () => https.get("x"),
];
for (const act of tries) {
  try {
    act();
    console.log("no error");
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(typeof spawn, spawn.name, Agent.name, Agent.prototype instanceof EventEmitter, http.IncomingMessage.prototype instanceof Readable);
console.log(Socket.prototype instanceof Duplex, net.Stream === net.Socket, MyAgent.prototype instanceof http.Agent);
console.log(METHODS.length, STATUS_CODES[418], http.globalAgent instanceof Agent, https.globalAgent.defaultPort, http.maxHeaderSize);
console.log(cluster.isPrimary, cluster.isWorker, sea.isSea(), dns.NOTFOUND, dnsPromises === dp, inspector.url(), traceEvents.getEnabledCategories());
console.log(http2.constants.HTTP2_HEADER_CONTENT_TYPE, http2.constants.HTTP2_HEADER_PATH, http2.constants.HTTP2_METHOD_GET, http2.constants.HTTP_STATUS_OK, http2.constants.NGHTTP2_CANCEL, Object.keys(http2.constants).length);
const addresses = ["127.0.0.1", "256.1.1.1", "01.2.3.4", "1.2.3", "::1", "::", "1::2::3", "fe80::1%eth0", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3", "", "a", "1:2:3:4:5:6:7::", "1.2.3.4."];
console.log(addresses.map((address) => `${address}=${isIP(address)}`).join(" "), isIPv4("1.1.1.1"), isIPv6("::1"));
console.log(tls.DEFAULT_MIN_VERSION, http.nothing, typeof net.BlockList);
