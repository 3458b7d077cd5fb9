"use strict";
// node:net: what an address is. Sockets and servers are not there yet.

// RFC 4291 2.2, and RFC 6874 for the zone; RFC 1123 2.1 for four numbers.
const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

function isIPv4(text) {
  return v4.test(String(text)) && !/(?:^|\.)0\d/.test(String(text));
}

function isIPv6(text) {
  const [address, zone, ...more] = String(text).split("%");
  if (more.length > 0 || zone === "" || (zone !== undefined && !/^[\w\-.:]+$/.test(zone))) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (let at = 0; at < halves.length; at++) {
    if (halves[at] === "") continue;
    const parts = halves[at].split(":");
    for (let i = 0; i < parts.length; i++) {
      const isLast = at === halves.length - 1 && i === parts.length - 1;
      if (isLast && parts[i].includes(".")) {
        if (!isIPv4(parts[i])) return false;
        groups += 2;
      } else if (/^[\da-f]{1,4}$/i.test(parts[i])) {
        groups++;
      } else {
        return false;
      }
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

function isIP(text) {
  return isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0;
}

// How sockets would choose among addresses.
let autoSelectFamily = true;
let attemptTimeout = 500;

function getDefaultAutoSelectFamily() {
  return autoSelectFamily;
}

function setDefaultAutoSelectFamily(value) {
  if (typeof value !== "boolean") throw load("node/errors").invalidArgType("value", "of type boolean", value);
  autoSelectFamily = value;
}

function getDefaultAutoSelectFamilyAttemptTimeout() {
  return attemptTimeout;
}

function setDefaultAutoSelectFamilyAttemptTimeout(value) {
  const { invalidArgType, outOfRange } = load("node/errors");
  if (typeof value !== "number") throw invalidArgType("value", "of type number", value);
  if (!Number.isInteger(value) || value < 1) throw outOfRange("value", ">= 1 && <= 2147483647", value);
  attemptTimeout = Math.max(value, 10);
}

const net = load("node/absent").moduleOf("net", {
  getDefaultAutoSelectFamily, getDefaultAutoSelectFamilyAttemptTimeout, isIP, isIPv4, isIPv6,
  setDefaultAutoSelectFamily, setDefaultAutoSelectFamilyAttemptTimeout,
});
net.Stream = net.Socket;

return net;
