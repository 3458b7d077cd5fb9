import "./lib/none.mjs";
