// node:os, node:tty, node:constants, node:perf_hooks, node:http's tables: what does not depend on the machine.
import os, { EOL, platform } from "node:os";
import tty from "node:tty";
import constants from "node:constants";
import { performance as clock } from "perf_hooks";
import { METHODS, STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";
console.log(JSON.stringify(EOL), platform() === process.platform, os.arch() === process.arch, os.endianness(), os.devNull, `${os.type}` === os.type());
for (const name of ["hostname", "release", "version", "machine", "homedir", "tmpdir"]) console.log(name, typeof os[name](), os[name]() !== "");
console.log(os.totalmem() > os.freemem(), os.uptime() > 0, os.loadavg().length, os.availableParallelism() >= 1, Object.keys(os.cpus()[0]).join(), Object.keys(os.cpus()[0].times).join());
console.log(Object.keys(os.userInfo()).join(), os.userInfo({ encoding: "buffer" }).username instanceof Uint8Array, os.getPriority(), os.constants.signals.SIGTERM, os.constants.errno.ENOENT, os.constants.priority.PRIORITY_LOW, Object.keys(os.networkInterfaces().lo?.[0] ?? {}).join());
for (const run of [() => os.getPriority(99999999), () => os.getPriority("x"), () => os.setPriority(0, 100)]) try { run(); } catch (error) { console.log(error.name, error.code, error.message); }
console.log(tty.isatty(999), tty.isatty("x"), constants.O_RDONLY, constants.SIGINT, constants.ENOENT, clock === performance);
console.log(METHODS.length, METHODS.join(), JSON.stringify(STATUS_CODES));
for (const run of [() => validateHeaderName("a b"), () => validateHeaderName("ok"), () => validateHeaderValue("x", undefined), () => validateHeaderValue("x", "a\nb")]) try { console.log(run()); } catch (error) { console.log(error.name, error.code, error.message); }
