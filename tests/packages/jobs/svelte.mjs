// svelte: compiles components, renders them on the server, reports errors
import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { compile, parse, preprocess } from "svelte/compiler";
import { render } from "svelte/server";
import { step, thrown } from "../lib/step.cjs";

const source = `<script>let { items = [], name } = $props(); let count = $derived(items.length);</script>
<h1 class:big={count > 1}>{name} {count}</h1>{#each items as item, n (item)}<li>{n}: {item}</li>{:else}none{/each}{@html "<b>x</b>"}<style>h1 { color: red }</style>`;
step("client", () => compile(source, { filename: "App.svelte", generate: "client" }).js.code);
step("server", async () => {
  const { js, css } = compile(source, { filename: "App.svelte", generate: "server" });
  const folder = mkdtempSync(path.join(import.meta.dirname, "svelte-"));
  try {
    const file = path.join(folder, "app.mjs");
    writeFileSync(file, js.code);
    const { default: App } = await import(pathToFileURL(file));
    const { body } = render(App, { props: { name: "<x>", items: ["a", "b"] } });
    return [body, css.code];
  } finally {
    (await import("node:fs")).rmSync(folder, { recursive: true });
  }
});
step("parse", () => parse("<p on:click={go}>{a}</p>", { modern: true }).fragment.nodes[0].name);
step("warnings", () => compile("<img src=x><a href=''>y</a>", { generate: false }).warnings.map((warning) => warning.code));
step("preprocess", async () => (await preprocess("<style>a { b: c }</style>", { style: ({ content }) => ({ code: content.toUpperCase() }) })).code);
step("errors", () => thrown(() => compile("{#if x}", {})));
