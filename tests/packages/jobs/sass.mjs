// sass: compiles SCSS with modules, functions, an importer of one's own, errors
import * as sass from "sass";
import { step } from "../lib/step.cjs";

const scss = `@use "sass:math"; @use "sass:map"; $m: (a: 1px, b: 2px);
@mixin box($n: 2) { width: math.div($n * 10px, 3); &:hover { @content; } }
.a { @include box(4) { color: rgba(#fff, .5); } @each $k, $v in $m { &-#{$k} { margin: $v; } } @extend %p; } %p { top: map.get($m, b); }`;
step("string", () => sass.compileString(scss).css);
step("compressed and mapped", () => { const { css, sourceMap } = sass.compileString(scss, { style: "compressed", sourceMap: true }); return [css, sourceMap.mappings.length > 0]; });
step("functions", () => sass.compileString("a { b: double(21px) }", { functions: { "double($n)": ([n]) => new sass.SassNumber(n.assertNumber().value * 2, "px") } }).css);
step("importer", async () => (await sass.compileStringAsync("@use 'x:y'; a { b: y.$c }", { importers: [{ canonicalize: (url) => (url.startsWith("x:") ? new URL(url) : null), load: async () => ({ contents: "$c: 3", syntax: "scss" }) }] })).css);
step("error", () => { try { sass.compileString("a { b: c"); } catch (error) { return [error.sassMessage, error.span.start.line]; } });
