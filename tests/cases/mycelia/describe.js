// describe(): what `krepis routes` draws, as data.

import { Kernel, Router } from "krepis:mycelia";

const router = new Router({ trailingSlash: "ignore" })
  .insert("/users/{id}", "user")
  .insert("/users/me", "self")
  .insert("/{page?}", "page");
const { plan, ...rest } = router.describe();
console.log(JSON.stringify(rest, null, 1));
console.log(plan.version, plan.routes.map(({ pattern }) => pattern).join(" "));

router.remove("/users/me");
console.log(router.describe().overlaps, router.describe().tree.length);

const kernel = new Kernel();
const pay = () => {};
const hear = () => {};
kernel.subsystem("orders", { capacity: 8, overflow: "drop-oldest", concurrency: Infinity }).on("{id}/pay", pay);
kernel.subscribe("paid://*", hear);
kernel.subscribe("paid://*", hear, { subsystem: "orders" });
const { kind, subsystems, routes, tree } = kernel.describe();
console.log(kind, subsystems);
console.log(routes, routes[0].value === pay, tree);
