import { something } from "no-such-package";
console.log(something);
