import { a } from "./_exports.mjs";
function f( {
