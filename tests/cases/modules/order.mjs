import "./lib/order_a.mjs";
import "./lib/order_b.mjs";
console.log("main");
