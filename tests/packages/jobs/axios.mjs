// axios: requests through an adapter of one's own and through fetch, interceptors, errors
import axios, { AxiosHeaders, isAxiosError } from "axios";
import { step } from "../lib/step.cjs";

const echo = async (config) => ({ data: JSON.stringify({ url: axios.getUri(config), method: config.method, data: config.data }), status: config.url === "/bad" ? 500 : 200, statusText: "", headers: new AxiosHeaders({ "X-A": "1" }), config });
step("adapter", async () => {
  const client = axios.create({ baseURL: "http://x/api", adapter: echo, headers: { common: { "x-one": "1" } } });
  client.interceptors.request.use((config) => { config.headers.set("x-two", "2"); return config; });
  client.interceptors.response.use((response) => ({ ...response, seen: true }));
  const { data, headers, config, seen } = await client.post("/users", { a: [1] }, { params: { q: ["x", "y"], r: "ä" } });
  return [data, { ...headers }, config.headers.get("x-two"), seen];
});
step("errors", async () => {
  const settle = (config) => echo(config).then((response) => { throw new axios.AxiosError("failed", "ERR_BAD_RESPONSE", config, null, response); });
  const error = await axios.get("/bad", { adapter: settle }).catch((e) => e);
  return [isAxiosError(error), error.code, error.response.status];
});
step("fetch", async () => (await axios.get("data:application/json,{\"a\":1}", { adapter: "fetch" })).data);
step("http", async () => (await axios.get("http://127.0.0.1:9/", { adapter: "http", timeout: 2000 }).catch((error) => error)).code);
step("form", () => new URLSearchParams(axios.toFormData({ a: { b: [1, 2] } }, new URLSearchParams())).toString());
