"use strict";
// node:os: the machine, its user, its limits.

const { checkString, invalidArgType, outOfRange } = load("node/errors");
const { throwSystemError } = load("node/system_errors");

const host = native("os");
const names = host.names();

function cpus() {
  const list = host.cpus();
  const cpus = [];
  for (let i = 0; i < list.length; i += 7) {
    const [model, speed, user, nice, sys, idle, irq] = list.slice(i, i + 7);
    cpus.push({ model, speed, times: { user, nice, sys, idle, irq } });
  }
  return cpus;
}

function networkInterfaces() {
  const list = host.interfaces();
  const interfaces = {};
  for (let i = 0; i < list.length; i += 6) {
    const [name, address, netmask, mac, internal, scope] = list.slice(i, i + 6);
    const family = address.includes(":") ? "IPv6" : "IPv4";
    const entry = { address, netmask, family, mac, internal, cidr: `${address}/${prefixLength(netmask)}` };
    if (family === "IPv6") entry.scopeid = scope;
    (interfaces[name] ??= []).push(entry);
  }
  return interfaces;
}

// How many bits of a netmask are set.
function prefixLength(netmask) {
  const groups = netmask.includes(":")
    ? netmask.split(":").map((group) => Number.parseInt(group || "0", 16))
    : netmask.split(".").map(Number);
  let bits = 0;
  for (let group of groups) {
    for (; group > 0; group >>>= 1) bits += group & 1;
  }
  return bits;
}

function environment(name) {
  return load("process").process.env[name];
}

function homedir() {
  return environment("HOME") ?? userInfo().homedir;
}

function tmpdir() {
  const folder = environment("TMPDIR") || environment("TMP") || environment("TEMP") || "/tmp";
  return folder.length > 1 && folder.endsWith("/") ? folder.slice(0, -1) : folder;
}

function userInfo(options) {
  const encoding = options?.encoding;
  if (encoding !== undefined) checkString(encoding, "options.encoding");
  const user = host.user();
  if (user === undefined) throwSystemError(-constants.errno.ENOENT, "uv_os_get_passwd");
  const [username, homedir, shell, uid, gid] = user;
  const text = (value) => encoding === "buffer" ? load("node/buffer").Buffer.from(value) : value;
  return { uid, gid, username: text(username), homedir: text(homedir), shell: text(shell) };
}

function checkInteger(value, name, low, high) {
  if (typeof value !== "number") throw invalidArgType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < low || value > high) throw outOfRange(name, `>= ${low} && <= ${high}`, value);
}

function getPriority(pid = 0) {
  checkInteger(pid, "pid", -(2 ** 31), 2 ** 31 - 1);
  const priority = host.priority(pid);
  if (priority >= 1000) throwSystemError(1000 - priority, "uv_os_getpriority");
  return priority;
}

function setPriority(pid, priority) {
  if (priority === undefined) {
    priority = pid;
    pid = 0;
  }
  checkInteger(pid, "pid", -(2 ** 31), 2 ** 31 - 1);
  checkInteger(priority, "priority", -20, 19);
  const failure = host.set_priority(pid, priority);
  if (failure !== 0) throwSystemError(-failure, "uv_os_setpriority");
}

const tables = host.constants();
const table = (name) => Object.freeze(Object.assign({ __proto__: null }, tables[name]));

const constants = Object.freeze({
  __proto__: null,
  UV_UDP_REUSEADDR: 4,
  dlopen: table("dlopen"),
  errno: table("errno"),
  signals: table("signals"),
  priority: Object.freeze({
    __proto__: null,
    PRIORITY_LOW: 19, PRIORITY_BELOW_NORMAL: 10, PRIORITY_NORMAL: 0, PRIORITY_ABOVE_NORMAL: -7, PRIORITY_HIGH: -14,
    PRIORITY_HIGHEST: -20,
  }),
});

// As text, such a function is its answer: `${os.tmpdir}` has always worked.
function asText(answer) {
  answer[Symbol.toPrimitive] = () => answer();
  return answer;
}

const os = {
  arch: asText(() => load("process").process.arch),
  availableParallelism: asText(() => native("process").parallelism()),
  cpus,
  endianness: asText(() => new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "LE" : "BE"),
  freemem: asText(() => host.memory()[1]),
  getPriority,
  homedir: asText(homedir),
  hostname: asText(() => host.names()[4]),
  loadavg: () => host.load_average(),
  machine: asText(() => names[3]),
  networkInterfaces,
  platform: asText(() => load("process").process.platform),
  release: asText(() => names[1]),
  setPriority,
  tmpdir: asText(tmpdir),
  totalmem: asText(() => host.memory()[0]),
  type: asText(() => names[0]),
  userInfo,
  uptime: asText(() => host.up_time()),
  version: asText(() => names[2]),
};

Object.defineProperties(os, {
  constants: { value: constants, enumerable: true },
  EOL: { value: "\n", enumerable: true, configurable: true },
  devNull: { value: "/dev/null", enumerable: true, configurable: true },
});

return os;
