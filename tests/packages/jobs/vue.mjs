// vue: reactivity, templates compiled at run time, server rendering
import { computed, createSSRApp, effect, h, nextTick, reactive, ref, watch } from "vue";
import * as sfc from "vue/compiler-sfc";
import { renderToString } from "vue/server-renderer";
import { step } from "../lib/step.cjs";

step("reactivity", async () => {
  const seen = [];
  const state = reactive({ n: 1, list: [1] }), name = ref("a"), double = computed(() => state.n * 2);
  effect(() => seen.push(`${name.value} ${double.value} ${state.list.length}`));
  watch(() => state.n, (now, before) => seen.push([before, now]));
  state.n++; state.list.push(2); name.value = "b";
  await nextTick();
  return seen;
});
step("server rendering", () => renderToString(createSSRApp({
  components: { Item: { props: ["n"], template: `<li :class="{ odd: n % 2 }"><slot :n="n">none</slot></li>` } },
  data: () => ({ items: [1, 2], html: "<b>x</b>" }),
  template: `<ul v-if="items.length"><Item v-for="n in items" :key="n" :n="n" v-slot="s">{{ s.n * 10 }}</Item></ul><p v-html="html" /><input v-model="html" @click="go">`,
})));
step("render function", () => renderToString(createSSRApp({ async setup() { const n = await Promise.resolve(3); return () => h("i", { style: { top: 0 } }, n); } })));
step("single file component", () => {
  const { descriptor } = sfc.parse(`<script setup lang="ts">defineProps<{ a: string, b?: number }>(); const n = 1</script><template><p>{{ a }} {{ n }}</p></template><style scoped>p { color: red }</style>`, { filename: "a.vue" });
  console.log(sfc.compileScript(descriptor, { id: "x", inlineTemplate: true }).content);
  return [sfc.compileStyle({ source: descriptor.styles[0].content, id: "data-v-x", scoped: true, filename: "a.vue" }).code];
});
