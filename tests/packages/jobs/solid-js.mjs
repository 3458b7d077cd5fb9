// solid-js: signals, memos, stores, rendering on the server
import { batch, createEffect, createMemo, createRoot, createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { renderToString, ssr, escape } from "solid-js/web";
import { step } from "../lib/step.cjs";

step("signals", () => createRoot(() => { const [n, set] = createSignal(1); const double = createMemo(() => n() * 2); createEffect(() => double()); batch(() => set(5)); return [n(), typeof double()]; }));
step("store", () => { const [state, set] = createStore({ a: { b: 1 } }); set("a", "b", (b) => b + 1); return state.a.b; });
step("server", () => renderToString(() => ssr(["<p>", "</p>"], escape("<x>"))));
