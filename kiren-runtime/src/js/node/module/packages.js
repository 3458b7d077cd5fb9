"use strict";
// module.findPackageJSON: the package.json of the package that a specifier names, or that a file belongs to.

const { invalidArgType } = load("node/errors");

function findPackageJSON(specifier, base) {
  if (typeof specifier !== "string" && !(specifier instanceof URL)) {
    throw invalidArgType("specifier", "of type string or an instance of URL", specifier);
  }
  const from = base === undefined ? `${native("modules").cwd()}/` : pathOf(base);
  const text = String(specifier);
  const isPath = specifier instanceof URL || /^(?:\.{0,2}\/|\.\.?$|file:)/.test(text);
  return native("modules").find_package_json(isPath ? pathOf(specifier) : text, from);
}

function pathOf(place) {
  const text = String(place);
  return text.startsWith("file:") ? native("modules").path_of_url(text) : text;
}

return { findPackageJSON };
