"use strict";
// Subresource integrity: https://www.w3.org/TR/SRI/
//
//   matches(bytes, metadata) -> whether the bytes have one of the digests of the strongest algorithm named;
//     true where metadata names none that is known

const STRENGTH = { sha256: 1, sha384: 2, sha512: 3 };

function parse(metadata) {
  const found = [];
  for (const item of metadata.split(/[\t\n\f\r ]+/)) {
    const match = /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?|$)/.exec(item);
    if (match !== null) found.push({ algorithm: match[1], digest: match[2] });
  }
  return found;
}

function strongest(found) {
  const strength = Math.max(...found.map(({ algorithm }) => STRENGTH[algorithm]));
  return found.filter(({ algorithm }) => STRENGTH[algorithm] === strength);
}

function matches(bytes, metadata) {
  const found = parse(metadata);
  if (found.length === 0) return true;
  const candidates = strongest(found);
  const { algorithm } = candidates[0];
  const digest = native("fetch").digest(algorithm, bytes).toBase64();
  return candidates.some((candidate) => normalised(candidate.digest) === digest);
}

function normalised(base64) {
  return base64.replaceAll("-", "+").replaceAll("_", "/");
}

return { matches };
