// preact, preact-render-to-string: components and hooks to HTML, async rendering, context
import { createContext, Fragment, h } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { lazy, Suspense } from "preact/compat";
import { render, renderToStringAsync } from "preact-render-to-string";
import { step } from "../lib/step.cjs";

const Theme = createContext("light");
const Item = ({ n }) => { const [x] = useState(n * 2); const theme = useContext(Theme); return h("li", { class: theme, "data-x": x, style: { marginTop: 3 } }, useMemo(() => `<${x}>`, [x])); };
step("render", () => render(h(Theme.Provider, { value: "dark" }, h(Fragment, null, [1, 2].map((n) => h(Item, { n, key: n })), null, false, h("input", { disabled: true, value: "\"q\"" })))));
step("async", () => renderToStringAsync(h(Suspense, { fallback: "wait" }, h(lazy(async () => ({ default: Item })), { n: 4 }))));
step("raw", () => render(h("p", { dangerouslySetInnerHTML: { __html: "<b>x</b>" } })));
